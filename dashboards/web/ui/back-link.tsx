import { Link } from '@tanstack/react-router';

/** The way back to the screen that this one was opened from. */
export function BackLink({ to, text }: { to: '/breaches' | '/desk' | '/sources'; text: string }) {
  return (
    <p className="crumb">
      <Link to={to} className="utrecht-link">
        {text}
      </Link>
    </p>
  );
}
