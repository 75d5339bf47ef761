/**
 * A line above the explorer and the reference that asks for the key once instead of in the headers of each tab. It is kept for as long as the browser's
 * tab is open and added to requests that bring no `authorization` of their own.
 */
export const KEY_BAR = `
<style>
  #key-bar { display: flex; gap: 8px; align-items: center; height: 40px; padding: 0 16px; font: 14px system-ui, sans-serif;
    box-sizing: border-box; background: #1f2937; color: #f9fafb; }
  #key-bar label { display: flex; gap: 8px; align-items: center; flex: 1; }
  #key-bar input { flex: 1; max-width: 560px; padding: 4px 8px; border: 1px solid #6b7280; border-radius: 4px; font: inherit;
    background: #111827; color: inherit; }
  #key-bar a { margin-left: 8px; color: inherit; }
  #key-bar button { padding: 4px 12px; border: 0; border-radius: 4px; font: inherit; background: #f9fafb; color: #111827; cursor: pointer; }
  #root, #root .graphiql-container { height: calc(100vh - 40px) !important; }
</style>
<form id="key-bar">
  <label>API key or token
    <input name="key" type="password" autocomplete="off" spellcheck="false" placeholder="as printed at the first start">
  </label>
  <button>Use it</button>
  <nav aria-label="Pages"><a href="/explorer">GraphQL</a> <a href="/reference">REST</a></nav>
</form>`;

export const KEY_SCRIPT = `
  (() => {
    const place = "unigraph-key";
    const bar = document.getElementById("key-bar");
    const field = bar.elements.key;
    field.value = sessionStorage.getItem(place) ?? "";
    if (!field.value) field.focus();
    field.addEventListener("input", () => sessionStorage.setItem(place, field.value.trim()));
    bar.addEventListener("submit", (event) => {
      event.preventDefault();
      document.querySelector('[aria-label^="Re-fetch"]')?.click();
    });
    const authorization = (key) => {
      if (/^(apikey|bearer) /i.test(key)) return key;
      return (key.startsWith("ugt_") || key.split(".").length === 3 ? "Bearer " : "APIKey ") + key;
    };
    const ask = globalThis.fetch;
    globalThis.fetch = (input, init = {}) => {
      const key = sessionStorage.getItem(place);
      const headers = new Headers(init.headers);
      if (key && !headers.has("authorization")) headers.set("authorization", authorization(key));
      return ask(input, { ...init, headers });
    };
  })();
`;
