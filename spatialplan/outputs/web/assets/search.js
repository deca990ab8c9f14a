// Search over the whole page, by characters, pinyin or initials; and what all filters share.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var MOST = 40;  // found things shown at once
  var FLOOR = 4;  // of each kind at least, whatever its rank
  var LONGEST = 60;  // letters of a query that count
  var LONG_KEY = 8;  // a code of more letters is looked up from its fourth on
  var INITIALS = 3;  // added to the rank: 0 whole name, 1 its beginning, 2 within it
  var IN_PARTS = 6;  // the rank of words found one by one
  var KINDS = ["district", "township", "village", "facility", "site", "feature", "concept", "claim", "clause", "place"];
  var el = app.el;
  var indexed = {};

  // ---- how names sound ------------------------------------------------------------------------

  function folded(words) {
    return words.normalize("NFKC").toLowerCase().replace(/ü/g, "v").replace(/\s+/g, "");
  }

  function plain(words) {
    return folded(words).replace(/[^\p{L}\p{N}]+/gu, "");
  }

  function soundOf(char) {
    var spoken = (app.data.readings[char] || "").split(" ").filter(Boolean);
    return { char: char, spoken: spoken, heads: char + spoken.map(function (reading) { return reading[0]; }).join("") };
  }

  // The letters of a text, each with its readings; every letter and every text is read once.
  function sounds(text) {
    if (indexed.of !== app.data) {
      indexed = { of: app.data, letters: Object.create(null), texts: Object.create(null), things: null };
    }
    indexed.texts[text] = indexed.texts[text] || Array.from(plain(text)).map(function (char) {
      indexed.letters[char] = indexed.letters[char] || soundOf(char);
      return indexed.letters[char];
    });
    return indexed.texts[text];
  }

  // Where a query stands after one more sound, from each place in `from`; half a letter beyond its
  // end means that the last syllable is unfinished.
  function step(sound, query, from, loose) {
    var ends = [];
    function add(end) {
      if (ends.indexOf(end) < 0) {
        ends.push(end);
      }
    }
    from.forEach(function (start) {
      if (query.startsWith(sound.char, start)) {
        add(start + sound.char.length);
      }
      sound.spoken.forEach(function (reading) {
        if (query.startsWith(reading, start)) {
          add(start + reading.length);
        } else if (reading.startsWith(query.slice(start))) {
          add(query.length + 0.5);
        }
        if (loose && query[start] === reading[0]) {
          add(start + 1);
        }
      });
    });
    return ends;
  }

  // How many sounds from `start` on spell a query, half a one less where the last is unfinished.
  function spelt(heard, start, query, loose) {
    var from = [0];
    for (var at = start; at < heard.length && from.length; at += 1) {
      var ends = step(heard[at], query, from, loose);
      if (ends.indexOf(query.length) >= 0) {
        return at + 1 - start;
      }
      if (ends.indexOf(query.length + 0.5) >= 0) {
        return at + 0.5 - start;
      }
      from = ends;
    }
    return 0;
  }

  function placed(heard, query, loose) {
    for (var start = 0; start < heard.length; start += 1) {
      var count = heard[start].heads.indexOf(query[0]) < 0 ? 0 : spelt(heard, start, query, loose);
      if (count) {
        return start ? 2 : Number(count !== heard.length);
      }
    }
    return Infinity;
  }

  function nameRank(heard, query) {
    var rank = placed(heard, query, false);
    return rank === Infinity && /[a-z]/.test(query) ? INITIALS + placed(heard, query, true) : rank;
  }

  // A test whether a text is, or sounds like, what is typed; everything passes where nothing is.
  app.sounding = function (words) {
    var query = plain(words).slice(0, LONGEST);
    return function (text) { return !words.trim() || (query !== "" && nameRank(sounds(text), query) < Infinity); };
  };

  // ---- what there is to find ------------------------------------------------------------------

  function places() {
    return app.data.places.map(function (place, at) {
      return { kind: "place", name: place.name, note: place.kind, open: function () {
        app.setSheet(!app.isNarrow());
        app.fit([place.at, place.at], false);
        app.openPopup("p", String(at), place.at);
      } };
    });
  }

  // A thing has a kind, a name, what opens it, and maybe: `also` other names, `keys` codes, `text`
  // that is looked through as written, `within` what it belongs to, a `note` and a `mark` to show.
  function things() {
    sounds("");
    indexed.things = indexed.things || app.page.things().concat(places()).map(function (thing) {
      return L.extend(thing, {
        heard: [thing.name].concat(thing.also || []).map(sounds), codes: (thing.keys || []).map(folded), said: plain(thing.text || ""),
      });
    });
    return indexed.things;
  }

  function codeRank(code, typed) {
    if (typed.length < (code.length > LONG_KEY ? 4 : 1)) {
      return Infinity;
    }
    var at = code.indexOf(typed);
    return at > 0 && !/\d$/.test(code) ? 2 : at === 0 ? Number(code !== typed) : Infinity;
  }

  function rank(thing, typed, query) {
    var ranks = thing.codes.map(function (code) { return codeRank(code, typed); });
    if (query) {
      ranks = ranks.concat(thing.heard.map(function (heard) { return nameRank(heard, query); }), thing.said.indexOf(query) < 0 ? [] : 2);
    }
    return Math.min.apply(null, ranks);
  }

  // Words that are found together nowhere may each be found in the name or in what it belongs to.
  function rankOf(thing, typed, query, words) {
    var best = rank(thing, typed, query);
    if (best < Infinity || words.length < 2) {
      return best;
    }
    var within = sounds(thing.within || "");
    return words.every(function (word) { return rank(thing, word, word) < Infinity || nameRank(within, word) < Infinity; }) ? IN_PARTS : Infinity;
  }

  function byRank(a, b) {
    return a.rank - b.rank || KINDS.indexOf(a.thing.kind) - KINDS.indexOf(b.thing.kind) ||
      a.thing.heard[0].length - b.thing.heard[0].length || a.order - b.order;
  }

  // What is found, in groups of one kind, the best first; `shown` of each come to the list.
  app.find = function (words) {
    var typed = folded(words).slice(0, LONGEST);
    var query = plain(words).slice(0, LONGEST);
    var parts = words.split(/\s+/).map(plain).filter(Boolean);
    var found = typed ? things().map(function (thing, order) {
      return { thing: thing, order: order, rank: rankOf(thing, typed, query, parts) };
    }).filter(function (hit) { return hit.rank < Infinity; }).sort(byRank) : [];
    var groups = [];
    found.forEach(function (hit) {
      var group = groups.filter(function (one) { return one.kind === hit.thing.kind; })[0];
      if (!group) {
        groups.push(group = { kind: hit.thing.kind, hits: [], shown: 0 });
      }
      hit.group = group;
      hit.sure = group.hits.push(hit.thing) <= FLOOR;
    });
    var sure = found.filter(function (hit) { return hit.sure; });
    sure.concat(found.filter(function (hit) { return !hit.sure; })).slice(0, MOST).forEach(function (hit) { hit.group.shown += 1; });
    return groups;
  };

  // ---- the box --------------------------------------------------------------------------------

  var field;
  var pane;
  var list;
  var rest;
  var told;
  var options = [];
  var active = -1;

  function option(thing, at) {
    var node = el("div", "hit", { role: "option", id: "hit-" + at, "aria-selected": "false" }, [
      thing.mark ? thing.mark() || el("span", "icon") : null, el("span", "hit-name", {}, [thing.name]), thing.note ? el("span", "hit-note", {}, [thing.note]) : null,
    ]);
    node.addEventListener("click", function () { choose(at); });
    options.push({ node: node, thing: thing });
    return node;
  }

  function activate(at) {
    if (options[active]) {
      options[active].node.setAttribute("aria-selected", "false");
    }
    active = at;
    field.removeAttribute("aria-activedescendant");
    if (options[at]) {
      var node = options[at].node;
      node.setAttribute("aria-selected", "true");
      field.setAttribute("aria-activedescendant", node.id);
      list.scrollTop = Math.min(node.offsetTop - 26, Math.max(list.scrollTop, node.offsetTop + node.offsetHeight - list.clientHeight));
    }
  }

  function close() {
    pane.hidden = true;
    field.setAttribute("aria-expanded", "false");
    activate(-1);
  }

  function draw() {
    var ui = app.data.ui;
    var groups = app.find(field.value);
    var total = groups.reduce(function (sum, group) { return sum + group.hits.length; }, 0);
    options = [];
    active = -1;
    list.textContent = "";
    groups.forEach(function (group, at) {
      var head = el("div", "hits-kind", { id: "hits-" + at, role: "presentation" }, [
        ui["found_" + group.kind], el("span", "count", {}, [group.shown < group.hits.length ? group.shown + "/" + group.hits.length : group.hits.length]),
      ]);
      list.appendChild(el("div", "", { role: "group", "aria-labelledby": head.id }, [head].concat(
        group.hits.slice(0, group.shown).map(function (thing) { return option(thing, options.length); })
      )));
    });
    var left = total - options.length;
    rest.textContent = total ? (left ? ui.search_left.replace("{count}", left) : "") : ui.none;
    told.textContent = field.value.trim() ? ui.search_found.replace("{count}", total) : "";
    pane.hidden = !field.value.trim();
    list.hidden = !total;
    list.scrollTop = 0;
    field.setAttribute("aria-expanded", String(!pane.hidden && total > 0));
    activate(total ? 0 : -1);
  }

  function choose(at) {
    var thing = options[at].thing;
    close();
    if (app.isNarrow()) {
      field.blur();
    }
    thing.open();
    if (document.activeElement === field) {
      field.select();  // the next search begins anew
    }
    told.textContent = app.data.ui.search_went.replace("{name}", thing.name);
  }

  function press(event) {
    var down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (down) {
      if (pane.hidden) {
        draw();
      } else if (options.length) {
        activate((active + down + options.length) % options.length);
      }
    } else if (event.key === "Enter" && !pane.hidden && options[active]) {
      choose(active);
    } else if (event.key === "Escape" && (field.value || !pane.hidden)) {
      if (pane.hidden) {
        field.value = "";
      }
      close();
      event.stopPropagation();
    } else {
      return;
    }
    event.preventDefault();
  }

  function build(ui) {
    field = el("input", "finder search-field", {
      id: "search", type: "search", role: "combobox", placeholder: ui.search, "aria-label": ui.search_label, autocomplete: "off",
      spellcheck: "false", "aria-expanded": "false", "aria-controls": "hits", "aria-autocomplete": "list", "aria-keyshortcuts": "/ Control+K",
    });
    list = el("div", "", { id: "hits", role: "listbox", "aria-label": ui.search_label });
    rest = el("p", "hits-rest");
    pane = el("div", "hits", { hidden: "" }, [list, rest]);
    told = el("p", "visually-hidden", { role: "status" });
    field.addEventListener("input", draw);
    field.addEventListener("keydown", press);
    field.addEventListener("focus", function () { if (field.value.trim()) { draw(); } });
    field.addEventListener("blur", close);
    pane.addEventListener("mousedown", function (event) { event.preventDefault(); });  // keeps the focus
    return el("div", "search", { role: "search" }, [field, el("kbd", "search-key", { "aria-hidden": "true" }, ["/"]), pane, told]);
  }

  function hotkey(event) {
    var isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && !/^(checkbox|radio|button)$/.test(event.target.type);
    var isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (isSlash || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k")) {
      event.preventDefault();
      app.setSheet(true);
      field.focus();
      field.select();
    }
  }

  app.addons = app.addons || [];
  app.addons.push(function (data) {
    document.querySelector("#panel .title").after(build(data.ui));
    document.addEventListener("keydown", hotkey);
    app.settle();
  });

  // Bring a row of a panel's page into view; only that page may scroll.
  app.reveal = function (node) {
    var page = node.closest(".page");
    app.setSheet(true);
    page.scrollTop += node.getBoundingClientRect().top - page.getBoundingClientRect().top - 8;
    node.focus({ preventScroll: true });
  };
})(window.SpatialPlan);
