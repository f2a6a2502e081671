import type { FastifyReply, FastifyRequest } from 'fastify';

/** `__Host-` binds the cookie to this host over TLS; a browser refuses the name without it. */
export const cookieName = (isSecure: boolean): string =>
  isSecure ? '__Host-inzagewacht' : 'inzagewacht';

export const readCookie = (request: FastifyRequest, isSecure: boolean): string | null =>
  request.cookies[cookieName(isSecure)] ?? null;

export const setCookie = (reply: FastifyReply, isSecure: boolean, secret: string): void => {
  reply.setCookie(cookieName(isSecure), secret, {
    ...{ path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure },
  });
};

export const clearCookie = (reply: FastifyReply, isSecure: boolean): void => {
  reply.clearCookie(cookieName(isSecure), {
    ...{ path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure },
  });
  reply.header('Clear-Site-Data', '"cache", "cookies", "storage"');
};
