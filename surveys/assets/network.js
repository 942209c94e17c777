// The questions about names work without this file. With it, a search answers while one types, a long list can be
// filtered, a folded question says how many were chosen, one cannot choose more than fit, and whom one works with is
// offered first where that is a help.
"use strict";

const QUIET = 250; // milliseconds without a keystroke before the search is asked

// The same request as the Find button; only the people of this question are taken from the page that comes back. What
// was ticked there meanwhile stays.
async function find(form, question) {
  const sent = new FormData(form);
  sent.set("find", question.dataset.question);
  const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent) });
  if (!reply.ok) return;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const people = question.querySelector(".people");
  const ticked = new Set([...people.querySelectorAll("input:checked")].map(value));
  people.replaceChildren(...page.getElementById(people.id).childNodes);
  for (const box of people.querySelectorAll("input")) box.checked = ticked.has(value(box));
}

const value = (box) => `${box.name} ${box.value}`;

function soon(act) {
  let waiting;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(act, QUIET);
  };
}

function searchWhileTyping(form, question) {
  const box = question.querySelector("input[type=search]");
  question.querySelector(".search button").hidden = true;
  const search = soon(() => find(form, question));
  box.addEventListener("input", search);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    search();
  });
}

function filterList(question) {
  if (question.querySelectorAll(".person").length < 12) return;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = question.dataset.filter;
  box.setAttribute("aria-label", question.dataset.filter);
  question.querySelector(".people").before(box);
  box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  box.addEventListener("input", () => {
    const typed = plain(box.value).split(/\s+/);
    for (const person of question.querySelectorAll(".person")) {
      const words = plain(person.querySelector("label").textContent).split(/\s+/);
      const fits = typed.every((start) => words.some((word) => word.startsWith(start)));
      person.hidden = !fits && !person.querySelector("[type=checkbox]").checked;
    }
    for (const team of question.querySelectorAll(".team")) {
      let next = team.nextElementSibling;
      while (next?.hidden) next = next.nextElementSibling;
      team.hidden = !next?.matches(".person");
    }
  });
}

function keepCount(question) {
  const cap = Number(question.dataset.cap);
  const line = document.createElement("p");
  line.className = "note count";
  line.setAttribute("role", "status");
  question.querySelector(".people").after(line);
  const summary = question.closest("details")?.querySelector("summary small");
  const note = summary?.textContent;
  const beyond = question.querySelector(".beyond");
  const update = () => {
    const boxes = [...question.querySelectorAll(".person [type=checkbox]")];
    const chosen = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.disabled = chosen >= cap && !box.checked;
    const words = chosen >= cap ? question.dataset.full : question.dataset.chosen;
    line.textContent = chosen ? words.replace("#", chosen) : "";
    if (beyond) beyond.hidden = chosen < cap && !beyond.querySelector("input").value;
    if (summary) summary.textContent = chosen ? `${question.dataset.chosen.replace("#", chosen)} ${note}` : note;
  };
  question.addEventListener("change", update);
  new MutationObserver(update).observe(question.querySelector(".people"), { childList: true });
  update();
}

const form = document.getElementById("answers");
for (const question of form.querySelectorAll(".names")) {
  if (question.querySelector(".search")) searchWhileTyping(form, question);
  else filterList(question);
  keepCount(question);
}

const beginningWithWork = [...form.querySelectorAll("[data-begins-with-work]")];
const offerFirst = soon(() => beginningWithWork.forEach((question) => find(form, question)));
form.querySelector("[data-question=work]").addEventListener("change", (event) => {
  if (event.target.matches(".person [type=checkbox]")) offerFirst();
});
