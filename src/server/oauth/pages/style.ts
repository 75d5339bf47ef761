/** Of all pages. Colours have a contrast of at least 4.5 to 1 on their ground, in light and in dark. */
export const STYLE = `
:root { --ground: #f4f5f7; --card: #fff; --text: #1b1f24; --quiet: #5a6472; --line: #cfd5dd; --edge: #7c8695; --accent: #1f5fd0; --on-accent: #fff; --problem: #b3261e; --problem-ground: #fdecea; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171b; --card: #1d2126; --text: #e8ebef; --quiet: #a3adba; --line: #353c45; --edge: #8590a0; --accent: #8ab4f8; --on-accent: #10203a; --problem: #ffb4ab; --problem-ground: #3b1f1d; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1.25rem 2.5rem; background: var(--card); min-height: 100vh; }
@media (min-width: 36rem) { main { margin: 3rem auto; min-height: 0; padding: 2rem 2.25rem; border: 1px solid var(--line); border-radius: 1rem; } }
.application { display: flex; align-items: center; gap: .6rem; margin: 0 0 1.25rem; color: var(--quiet); font-weight: 600; }
.application img { border-radius: .4rem; object-fit: contain; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: .85rem; font-weight: 600; color: var(--quiet); margin: 1.5rem 0 .5rem; }
p { margin: 0 0 1rem; }
.lead, .reference { color: var(--quiet); }
.reference { font-size: .85rem; overflow-wrap: anywhere; }
ul { list-style: none; margin: 0; padding: 0; }
li + li { border-top: 1px solid var(--line); }
.services { border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
.services a { display: flex; align-items: center; gap: .8rem; min-height: 3.25rem; padding: .6rem .9rem; color: inherit; text-decoration: none; font-weight: 500; }
.services a:hover { background: var(--ground); }
.services a::after { content: "\\203a"; margin-left: auto; color: var(--quiet); font-size: 1.4rem; line-height: 1; }
.letter { display: grid; place-items: center; width: 2rem; height: 2rem; border-radius: .5rem; background: var(--accent); color: var(--on-accent); font-weight: 600; }
label { display: block; font-weight: 600; margin: 0 0 .3rem; }
label .optional { font-weight: 400; color: var(--quiet); }
.field { margin: 0 0 1.1rem; }
.hint { display: block; margin: .3rem 0 0; color: var(--quiet); font-size: .875rem; overflow-wrap: anywhere; }
input { width: 100%; min-height: 2.9rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: .6rem; }
button { font: inherit; font-weight: 600; min-height: 2.9rem; padding: .5rem 1.25rem; border-radius: .6rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); cursor: pointer; width: 100%; }
button.quiet { background: none; color: var(--accent); border-color: transparent; margin-top: .5rem; }
a { color: var(--accent); }
.other { text-align: center; margin: 1.25rem 0 0; }
h1 + .problem { margin-top: 1rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.services a:focus-visible { outline-offset: -3px; }
.problem { padding: .75rem .9rem; border-radius: .6rem; background: var(--problem-ground); color: var(--problem); overflow-wrap: anywhere; }
`;
