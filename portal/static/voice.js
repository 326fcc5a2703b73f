// Reads the page aloud with a voice that lives in this device: no word leaves it, nothing is kept.
"use strict";
(() => {
  const place = document.getElementById("ecouter");
  if (!place) return;
  const speech = window.speechSynthesis;
  const button = place.querySelector("button");
  const [go, halt] = button.querySelectorAll("span");
  const status = place.querySelector("[role=status]");
  const BLOCK = "h1,h2,h3,p,li,dt,dd,th,td,label,legend,figcaption,summary,div,main";
  const UNSAID = "[aria-hidden=true],.noprint,script,template,select,textarea";
  let turn = 0; // each press begins one; what an older one still had to say is dropped
  let marked;

  const short = (lang) => lang.toLowerCase().split(/[-_]/)[0];
  // Other voices would be sent the page.
  const voiceOf = (lang) => speech?.getVoices().find((one) => one.localService && short(one.lang) === short(lang));

  const voices = (done) => {
    if (!speech || speech.getVoices().length) return done();
    speech.addEventListener("voiceschanged", done, { once: true });
    setTimeout(done, 1500);
  };

  // Texts of one block and one language, joined, then cut into sentences.
  function sentences() {
    const found = [];
    let text = "", parts = [], block, lang;
    const at = (index) => {
      const [start, node] = parts.findLast(([from]) => from <= index);
      return [node, Math.min(index - start, node.length)];
    };
    const close = () => {
      for (const said of text.matchAll(/\S.*?(?:[.!?…؟]+(?=\s|$)|$)/gs)) {
        const words = said[0].replace(/\u00ad/g, "").replace(/\s+/g, " ");
        if (!/[\p{L}\p{N}]/u.test(words)) continue;
        const range = document.createRange();
        range.setStart(...at(said.index));
        range.setEnd(...at(said.index + said[0].length));
        found.push({ range, block, lang, words: lang === "fr" ? words.replace(/(\d) h\b/g, "$1 heures") : words });
      }
      text = "";
      parts = [];
    };
    const walk = document.createTreeWalker(document.querySelector("main"), 5); // texts and elements
    for (let node; (node = walk.nextNode()); ) {
      if (node.nodeName === "BR") text += " ";
      const parent = node.parentElement;
      if (node.nodeType !== 3 || parent.closest(UNSAID) || !parent.getClientRects().length) continue;
      const its = [parent.closest(BLOCK), parent.closest("[lang]").lang];
      if (its[0] !== block || its[1] !== lang) {
        close();
        [block, lang] = its;
      }
      parts.push([text.length, node]);
      text += node.data;
    }
    close();
    return found;
  }

  function mark(one) {
    marked?.classList.remove("said");
    window.Highlight && CSS.highlights.delete("said");
    marked = one?.block;
    if (!one) return;
    if (window.Highlight) CSS.highlights.set("said", new Highlight(one.range));
    else marked.classList.add("said");
    one.block.scrollIntoView({ block: "nearest" });
  }

  const show = (on) => ([go.hidden, halt.hidden] = [on, !on]);

  function stop() {
    turn += 1;
    speech?.cancel();
    mark();
    show(false);
  }

  function say(mine, left) {
    if (mine !== turn) return;
    const one = left.shift();
    if (!one) return stop();
    const voice = voiceOf(one.lang);
    if (!voice) return say(mine, left); // of another language
    const spoken = new SpeechSynthesisUtterance(one.words);
    Object.assign(spoken, { voice, lang: voice.lang, rate: place.dataset.rate });
    spoken.onend = spoken.onerror = () => say(mine, left);
    mark(one);
    speech.speak(spoken);
  }

  button.addEventListener("click", async () => {
    if (go.hidden) return stop();
    const mine = (turn += 1);
    status.textContent = "";
    show(true);
    await new Promise(voices);
    if (mine !== turn) return;
    if (voiceOf(document.documentElement.lang)) return say(mine, sentences());
    stop();
    status.textContent = place.querySelector("template").content.textContent;
  });
  addEventListener("pagehide", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  place.hidden = false;
})();
