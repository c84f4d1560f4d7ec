/** The page: a frame that the modules fill. No script or style is inline, so that the policy can forbid both. */
export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Surprisal</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%232f5bea'/%3E%3Cpath d='M4 20h7l3-12 5 17 3-9 2 4h4' fill='none' stroke='%23fff' stroke-width='2.6' stroke-linejoin='round' stroke-linecap='round'/%3E%3C/svg%3E">
<link rel="stylesheet" href="page/uplot.css">
<link rel="stylesheet" href="page/style.css">
<script src="page/uplot.js" defer></script>
<script type="module" src="page/browser/main.js"></script>
</head>
<body>
<a class="skip" href="#view">Skip to the content</a>
<header id="bar"></header>
<div id="notices" role="status" aria-live="polite"></div>
<main id="view" tabindex="-1"><p class="calm">Surprisal is loading. This page needs JavaScript.</p></main>
</body>
</html>
`;
