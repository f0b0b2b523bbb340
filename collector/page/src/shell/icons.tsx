import type { ComponentChildren } from "preact";

function Icon({ children, name }: { readonly children: ComponentChildren; readonly name: string }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const ICONS = {
  logo: <path d="M3 5.5h8.2L9 3.2M13 10.5H4.8L7 12.8" />,
  search: <path d="M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.4 10.4l3.1 3.1" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  sun: (
    <path d="M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1.2v1.3M8 13.5v1.3M1.2 8h1.3M13.5 8h1.3M3.2 3.2l.9.9M11.9 11.9l.9.9M12.8 3.2l-.9.9M4.1 11.9l-.9.9" />
  ),
  moon: <path d="M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6Z" />,
  system: <path d="M2.5 3.5h11v7.5h-11zM6 13.5h4" />,
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  play: <path d="M5 3.2v9.6L12.5 8Z" />,
  help: <path d="M6 6a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.4M8 11.6v.1" />,
  copy: <path d="M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z" />,
  link: <path d="M6.7 9.3 9.3 6.7M7.2 4.4l1.3-1.3a2.9 2.9 0 0 1 4.1 4.1l-1.3 1.3M8.8 11.6l-1.3 1.3a2.9 2.9 0 0 1-4.1-4.1l1.3-1.3" />,
  download: <path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.5h10" />,
  up: <path d="M8 13V3.5M4 7.2 8 3.2l4 4" />,
  down: <path d="m4 6.2 4 4 4-4" />,
  right: <path d="m6.2 4 4 4-4 4" />,
  filter: <path d="M2.5 3.5h11L9.3 8.6v4l-2.6-1.3V8.6Z" />,
  warning: <path d="M8 2.2 14.3 13H1.7ZM8 6.4v3M8 11.3v.1" />,
  terminal: <path d="m3 4.5 3.5 3.5L3 11.5M8 12h5" />,
} as const;

export type IconName = keyof typeof ICONS;

/** A picture beside text, or in a button that has a label of its own. */
export function Glyph({ name }: { readonly name: IconName }) {
  return <Icon name={name}>{ICONS[name]}</Icon>;
}

/** The shape that tells a status class from the others where colour does not. */
export function StatusShape({ shape }: { readonly shape: "ok" | "redirect" | "client" | "server" | "failed" | "aborted" }) {
  return (
    <svg class="shape" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true" focusable="false">
      {SHAPES[shape]}
    </svg>
  );
}

const SHAPES = {
  ok: <circle cx="5" cy="5" r="2.6" />,
  redirect: <path d="M1.6 5h5.4M5 2.6 7.6 5 5 7.4" class="line" />,
  client: <path d="M5 1.2 9.2 8.8H.8Z" />,
  server: <path d="M1.4 1.4h7.2v7.2H1.4Z" />,
  failed: <path d="m1.8 1.8 6.4 6.4M8.2 1.8 1.8 8.2" class="line" />,
  aborted: <path d="M5 1.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6ZM2.4 7.6l5.2-5.2" class="line" />,
} as const;
