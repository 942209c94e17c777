// The forms work without this file. With it, a link opens its form by itself, a draft outlives a reload,
// and the pulse form says how far one has come.
"use strict";

// The code of a link stands behind the #, which a browser never sends. Post it, and take it out of the address.
function openLink() {
  const code = location.hash.slice(1);
  if (!/^((\w{1,5}-){2,}\w{1,5}|\w{26})$/.test(code)) return; // a place on the page
  history.replaceState(null, "", location.pathname);
  const form = document.createElement("form");
  form.method = "post";
  form.action = location.pathname;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "code";
  field.value = code;
  form.append(field);
  document.documentElement.append(form);
  form.submit();
}

const DRAFT = "draft ";
const CARRIED = ["code", "answers", "language"];

function keepDraft(form) {
  const name = DRAFT + form.dataset.draft;
  const kept = JSON.parse(sessionStorage.getItem(name) || "{}");
  for (const [field, value] of Object.entries(kept)) {
    const input = form.elements[field];
    if (input instanceof RadioNodeList) for (const choice of input) choice.checked = choice.value === value;
    else if (input) input.value = value;
  }
  form.addEventListener("input", () => {
    const fields = [...new FormData(form)].filter(([field]) => !CARRIED.includes(field));
    sessionStorage.setItem(name, JSON.stringify(Object.fromEntries(fields)));
  });
}

function forgetDrafts() {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(DRAFT)) sessionStorage.removeItem(name);
}

function showProgress(form) {
  const line = form.querySelector(".progress");
  const all = form.querySelectorAll("fieldset.statement").length;
  const bar = document.createElement("progress");
  bar.max = all;
  bar.setAttribute("aria-label", line.dataset.label);
  const words = document.createElement("span");
  line.replaceChildren(bar, words);
  const update = () => {
    bar.value = form.querySelectorAll("fieldset.statement :checked").length;
    words.textContent = line.dataset.words.replace("#", bar.value);
  };
  form.addEventListener("input", update);
  update();
}

function countCharacters(box) {
  const line = box.parentElement.querySelector(".left");
  const update = () => {
    line.textContent = line.dataset.words.replace("#", box.maxLength - box.value.length);
  };
  box.addEventListener("input", update);
  update();
}

// A chosen language stands there too. Its own button asks for the page in it.
function keepLanguage() {
  const button = document.querySelector(`#choice [value="${CSS.escape(location.hash.slice(1))}"]`);
  history.replaceState(null, "", location.pathname);
  if (button) button.click();
}

openLink();
addEventListener("hashchange", openLink);
addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-draft]");
  if (form) {
    if (form.dataset.draft) keepDraft(form);
    showProgress(form);
  }
  const comment = document.querySelector("textarea");
  if (comment) countCharacters(comment);
  if (document.querySelector("[data-sent]")) forgetDrafts();
  if (document.querySelector("#choice") && location.hash) keepLanguage();
});
