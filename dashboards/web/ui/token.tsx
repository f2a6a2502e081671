/** Enough of a token to tell two apart at a glance: `a·kQ3vT0`. */
export const shortToken = (token: string): string => {
  const body = token.slice(token.lastIndexOf('.') + 1);
  return body.length > 8 ? `${token.slice(0, 1)}·${body.slice(0, 6)}` : token;
};

/** A pseudonym; the whole of it is there for whoever copies or hovers, the short form for reading. */
export const Token = ({ token }: { token: string }) => (
  <code className="token" title={token}>
    {shortToken(token)}
  </code>
);
