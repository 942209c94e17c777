// On a device that many use: a page that nobody touches makes room for whoever comes next, and says so before.
"use strict";

const QUIET = 60_000;
const WARNED = 30_000;

addEventListener("DOMContentLoaded", () => {
  const warning = document.getElementById("quiet");
  if (!warning) return;
  let timer;
  const leave = () => location.replace(warning.dataset.next);
  const warn = () => {
    warning.hidden = false;
    timer = setTimeout(leave, WARNED);
  };
  const stay = () => {
    clearTimeout(timer);
    warning.hidden = true;
    timer = setTimeout(warn, QUIET);
  };
  for (const touch of ["input", "keydown", "click", "scroll"]) addEventListener(touch, stay, { passive: true });
  stay();
});
