export const STYLE = `
  :root { color-scheme: light dark; --ink: #1f2937; --faint: #4b5563; --paper: #fff; --raised: #f3f4f6; --line: #d1d5db; --link: #1d4ed8; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e5e7eb; --faint: #9ca3af; --paper: #0b1120; --raised: #1f2937; --line: #374151; --link: #93c5fd; }
  }
  body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
  #key-bar { position: sticky; top: 0; z-index: 1; }
  #key-bar button { display: none; }
  main { max-width: 62rem; margin: 0 auto; padding: 1rem; }
  a { color: var(--link); }
  code, pre, textarea, output { font: 13px/1.5 ui-monospace, monospace; }
  nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; }
  h2 { margin: 2rem 0 .25rem; }
  h2, h3, details { scroll-margin-top: 3rem; }
  h4 { margin: 1rem 0 .25rem; }
  details { border: 1px solid var(--line); border-radius: .375rem; margin: .375rem 0; padding: 0 .75rem; }
  summary { cursor: pointer; padding: .5rem 0; overflow-wrap: anywhere; }
  summary span:last-child { color: var(--faint); }
  .method { display: inline-block; min-width: 4.5em; font-weight: 600; }
  .field { display: grid; grid-template-columns: 14rem 1fr; gap: 0 1rem; align-items: center; margin: .375rem 0; }
  .field small { grid-column: 2; color: var(--faint); }
  input, textarea, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .25rem;
    padding: .25rem .5rem; box-sizing: border-box; }
  textarea { width: 100%; }
  button { cursor: pointer; background: var(--raised); }
  pre, output { display: block; max-height: 30rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; margin: .25rem 0; }
  pre, output:not(:empty) { padding: .5rem; background: var(--raised); border-radius: .25rem; }
  dl { margin: .25rem 0; }
  form dl { margin-left: 15rem; }
  form dl dl { margin-left: 0; }
  dt span, dd { color: var(--faint); }
  dd { margin-left: 1.5rem; }
  dd p { margin: .125rem 0; }
  :focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
  @media (max-width: 40rem) { .field { grid-template-columns: 1fr; } .field small { grid-column: 1; } form dl { margin-left: 1rem; } }
`;
