import { escapeHtml } from "../pages/html.js";

/** The page behind a link that is not direct: what the file is, a password if need be, the way to its bytes. */
export const linkPage = (
  file: { name: string; size: number | null } | null,
  wrongPassword: boolean,
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${file ? escapeHtml(file.name) : "Protected file"}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto 0; padding: 0 1rem; color: #1a1a1a; }
  input, button, a.button { font: inherit; padding: .5rem 1rem; border-radius: .375rem; border: 1px solid #8a8a8a; }
  button, a.button { background: #1d4ed8; border-color: #1d4ed8; color: #fff; text-decoration: none; cursor: pointer; }
  .wrong { color: #b91c1c; }
</style>
</head>
<body>
${file ? filePart(file) : passwordPart(wrongPassword)}
</body>
</html>
`;

const filePart = ({ name, size }: { name: string; size: number | null }): string =>
  `<h1>${escapeHtml(name)}</h1>
<p>${size === null ? "" : `${size.toLocaleString("en")} bytes`}</p>
<p><a class="button" href="?download=1">Download</a></p>`;

// The names of the field and the button are those that clients of the unified API look for ("Link object and endpoints").
const passwordPart = (wrong: boolean): string =>
  `<h1>This file is protected</h1>
${wrong ? '<p class="wrong" role="alert">That is not the password.</p>' : ""}
<form method="post">
<p><label for="id_password">Password</label></p>
<p><input type="password" id="id_password" name="password" required autofocus autocomplete="off"> <button type="submit" name="form-submit">Open</button></p>
</form>`;
