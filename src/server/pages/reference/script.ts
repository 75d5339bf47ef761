/** Sends a form's request and shows the answer; keeps the line for a shell in step. The bar's script adds the authorization. */
export const SCRIPT = `
  (() => {
    const requestOf = (form) => {
      const { method, path } = form.dataset;
      const given = [...form.querySelectorAll("[data-in]")].filter(({ value }) => value !== "");
      const of = (place) => given.filter(({ dataset }) => dataset.in === place).map(({ name, value }) => [name, value]);
      const inPath = new Map(of("path"));
      const query = new URLSearchParams(of("query").map(([name, value]) => {
        if (name !== "raw") return [name, value];
        const [raw, ...rest] = value.split("=");
        return ["raw[" + raw + "]", rest.join("=")];
      })).toString();
      const { json, bytes } = form.elements;
      const headers = Object.fromEntries(of("header"));
      const file = bytes?.files[0];
      if (file) headers["Content-Type"] = "application/octet-stream";
      else if (json?.value) headers["Content-Type"] = "application/json";
      const filled = path.replace(/\\{(\\w+)\\}/g, (all, name) => inPath.has(name) ? encodeURIComponent(inPath.get(name)) : all);
      return {
        url: location.origin + "/v1" + filled + (query && "?" + query),
        method,
        headers,
        file,
        body: file ?? (json?.value || undefined),
      };
    };
    const quoted = (text) => "'" + text.replaceAll("'", "'\\\\''") + "'";
    const shell = ({ url, method, headers, body, file }) => [
      "curl -X " + method + " " + quoted(url),
      '-H "Authorization: APIKey $UNIGRAPH_API_KEY"',
      ...Object.entries(headers).map(([name, value]) => "-H " + quoted(name + ": " + value)),
      ...(file ? ["--data-binary " + quoted("@" + file.name)] : body ? ["-d " + quoted(body)] : []),
    ].join(" \\\\\\n  ");
    const bodyOf = async (answer) => {
      const type = answer.headers.get("content-type") ?? "";
      if (/json|^text\\//.test(type)) return await answer.text();
      const { size } = await answer.blob();
      return size === 0 ? "" : size + " bytes of " + (type || "an unknown type");
    };
    const send = async (form) => {
      const output = form.querySelector("output");
      output.textContent = "…";
      const { url, ...request } = requestOf(form);
      const began = performance.now();
      try {
        const answer = await fetch(url, request);
        const body = await bodyOf(answer);
        output.textContent = answer.status + " " + answer.statusText + ", " + Math.round(performance.now() - began) + " ms\\n" + body;
      } catch (error) {
        output.textContent = String(error);
      }
    };
    const keepInStep = (form) => {
      form.parentElement.querySelector(".curl").textContent = shell(requestOf(form));
    };
    const open = () => {
      const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (named instanceof HTMLDetailsElement) named.open = true;
    };
    for (const form of document.querySelectorAll("form[data-path]")) {
      form.addEventListener("input", () => keepInStep(form));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        send(form);
      });
      keepInStep(form);
    }
    addEventListener("hashchange", open);
    open();
  })();
`;
