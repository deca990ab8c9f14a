// The side panel, a bottom sheet on a phone: claims, layers, what is missing, about.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var MOST_FOUND = 40;
  var data;
  var el = app.el;

  function heading() {
    var meta = [data.plan.number, data.plan.date, data.plan.issuer].filter(Boolean).join(" · ");
    return el("header", "title", {}, [
      el("h1", "", {}, [data.plan.title]),
      el("p", "meta", {}, [meta]),
    ]);
  }

  function button(look, more, children, act) {
    var node = el("button", look, L.extend({ type: "button" }, more), children);
    node.addEventListener("click", act);
    return node;
  }

  // ---- claims -------------------------------------------------------------------------------

  function claimItem(claim) {
    var facts = el("div", "opened", { hidden: "" });
    var number = el("span", "number", {}, [claim.summary]);
    var head = button("claim", { "aria-expanded": "false", "data-claim": claim.id }, [
      app.badge(data, claim.state),
      el("span", "visually-hidden", {}, [data.states[claim.state].label]),
      el("span", "sentence", {}, [claim.sentence, number]),
    ], function () {
      var open = head.getAttribute("aria-expanded") === "true";
      closeClaims();
      if (open) {
        app.clear();
        return;
      }
      head.setAttribute("aria-expanded", "true");
      facts.appendChild(app.claimFacts(data, claim));
      facts.hidden = false;
      app.showClaim(claim.id);
      head.scrollIntoView({ block: "nearest" });
    });
    return el("li", "", { "data-state": claim.state }, [head, facts]);
  }

  function closeClaims() {
    document.querySelectorAll("#panel .claim[aria-expanded='true']").forEach(function (head) {
      head.setAttribute("aria-expanded", "false");
      head.nextElementSibling.textContent = "";
      head.nextElementSibling.hidden = true;
    });
  }

  function stateFilter(box) {
    var chips = el("div", "chips", { role: "group", "aria-label": data.ui.filter });
    Object.keys(data.states).forEach(function (state) {
      var count = data.claims.filter(function (claim) { return claim.state === state; }).length;
      var chip = button("chip", { "aria-pressed": "false", "data-filter": state }, [
        app.badge(data, state),
        el("b", "", {}, [String(count)]),
        el("span", "", {}, [data.states[state].label]),
      ], function () {
        var on = chip.getAttribute("aria-pressed") !== "true";
        chips.querySelectorAll(".chip").forEach(function (other) { other.setAttribute("aria-pressed", "false"); });
        chip.setAttribute("aria-pressed", String(on));
        box.querySelectorAll("li").forEach(function (item) {
          item.hidden = on && item.dataset.state !== state;
        });
        box.querySelectorAll("section").forEach(function (part) {
          part.hidden = !part.querySelector("li:not([hidden])");
        });
      });
      chip.disabled = count === 0;
      chips.appendChild(chip);
    });
    return chips;
  }

  function claimsTab() {
    var box = el("div", "claims");
    data.themes.forEach(function (theme) {
      var claims = data.claims.filter(function (claim) { return claim.theme === theme.id; });
      if (claims.length) {
        box.appendChild(el("section", "", {}, [
          el("h2", "", {}, [theme.name, el("span", "count", {}, [String(claims.length)])]),
          el("ul", "plain", {}, claims.map(claimItem)),
        ]));
      }
    });
    var villages = data.answers.slice(1).map(function (words) { return el("p", "lead", {}, [words]); });
    return [stateFilter(box)].concat(villages, [box]);
  }

  // ---- layers -------------------------------------------------------------------------------

  function layerRow(item) {
    var check = el("input", "", { type: "checkbox", id: "layer-" + item.id, "data-layer": item.id });
    check.checked = item.on;
    check.addEventListener("change", function () { app.toggle(item.id, check.checked); });
    var row = el("div", "layer", {}, [
      el("label", "", { for: "layer-" + item.id }, [
        check, el("span", "layer-name", {}, [item.label]), el("span", "count", {}, [item.count]),
      ]),
    ]);
    if (item.members.length) {
      row.appendChild(members(item));
    }
    return row;
  }

  function members(item) {
    var list = el("ul", "plain members");
    var box = el("details", "", {}, [el("summary", "", {}, [data.ui.members]), list]);
    box.addEventListener("toggle", function () {
      if (box.open && !list.firstChild) {
        item.members.forEach(function (id) { list.appendChild(featureItem(id)); });
      }
    });
    return box;
  }

  function featureItem(id) {
    var f = data.features[id];
    var icon = data.legend.filter(function (entry) { return entry.id === f.icon; })[0];
    return el("li", "", {}, [
      button("feature", { "data-feature": id }, [
        icon ? app.icon(icon.form, icon.style) : null, f.name,
      ], function () { app.showFeature(id); }),
    ]);
  }

  function group(name) {
    var items = data.tree.filter(function (item) { return item.group === name; });
    var all = el("input", "", { type: "checkbox", "aria-label": data.ui.whole_group + name });
    var box = el("fieldset", "", {}, [
      el("legend", "", {}, [el("label", "", {}, [all, name])]),
    ]);
    items.forEach(function (item) { box.appendChild(layerRow(item)); });
    function sum() {
      var checks = Array.from(box.querySelectorAll("[data-layer]"));
      var on = checks.filter(function (check) { return check.checked; }).length;
      all.checked = on === checks.length;
      all.indeterminate = on > 0 && on < checks.length;
    }
    all.addEventListener("change", function () {
      box.querySelectorAll("[data-layer]").forEach(function (check) {
        if (check.checked !== all.checked) {
          check.click();
        }
      });
    });
    box.addEventListener("change", sum);
    sum();
    return box;
  }

  function finder() {
    var field = el("input", "finder", {
      type: "search", placeholder: data.ui.find, "aria-label": data.ui.find, autocomplete: "off",
    });
    var found = el("ul", "plain found", { "aria-live": "polite" });
    field.addEventListener("input", function () {
      var words = field.value.trim().toLowerCase();
      found.textContent = "";
      if (!words) {
        return;
      }
      var items = matches(data.features, words).map(featureItem).concat(matches(data.villages, words).map(villageItem));
      items.slice(0, MOST_FOUND).forEach(function (item) { found.appendChild(item); });
      if (!items.length) {
        found.appendChild(el("li", "none", {}, [data.ui.none]));
      }
    });
    return el("div", "", {}, [field, found]);
  }

  function matches(things, words) {
    return Object.keys(things).filter(function (id) {
      return things[id].at && (things[id].name + (things[id].other || "")).toLowerCase().indexOf(words) >= 0;
    });
  }

  function villageItem(code) {
    var v = data.villages[code];
    return el("li", "", {}, [
      button("feature", { "data-village": code }, [
        app.badge({ states: data.villageStates }, v.state), v.name, el("span", "count", {}, [v.township]),
      ], function () { app.showVillage(code); }),
    ]);
  }

  function layersTab() {
    var names = [];
    data.tree.forEach(function (item) {
      if (names.indexOf(item.group) < 0) {
        names.push(item.group);
      }
    });
    return [finder()].concat(names.reverse().map(group));
  }

  // ---- what is missing, about ---------------------------------------------------------------

  function missingItem(id) {
    var f = data.features[id];
    var facts = app.featureFacts(data, id);
    return el("li", "", {}, [
      el("details", "missing", { "data-feature": id }, [
        el("summary", "", {}, [f.name, el("span", "count", {}, [f.kind])]),
        facts, app.clause(data, f.clause),
      ]),
    ]);
  }

  function table(head, rows) {
    return el("table", "", {}, [
      el("thead", "", {}, [el("tr", "", {}, head.map(function (cell) { return el("th", "", { scope: "col" }, [cell]); }))]),
      el("tbody", "", {}, rows.map(function (row) {
        return el("tr", "", {}, row.map(function (cell) { return el("td", "", {}, [cell]); }));
      })),
    ]);
  }

  function missingTab() {
    var parts = [
      el("h2", "", {}, [data.ui.missing_features, el("span", "count", {}, [String(data.unlocated.length)])]),
      el("p", "lead", {}, [data.ui.missing_note]),
      el("ul", "plain", {}, data.unlocated.map(missingItem)),
    ];
    if (data.roster.length) {
      parts.push(el("h2", "", {}, [data.ui.missing_villages]));
      parts.push(table([data.ui.district, data.ui.on_roster, data.ui.with_place], data.roster));
    }
    return parts;
  }

  function bullets(sentences) {
    return el("ul", "bullets", {}, sentences.map(function (words) { return el("li", "", {}, [words]); }));
  }

  function aboutTab() {
    var ui = data.ui;
    var parts = [];
    [[ui.answer, data.answers], [ui.notes, data.notes], [ui.requests, data.requests]].forEach(function (part) {
      if (part[1].length) {
        parts.push(el("h2", "", {}, [part[0]]), bullets(part[1]));
      }
    });
    parts.push(el("h2", "", {}, [ui.sources]));
    data.sources.forEach(function (source) {
      var list = el("dl", "facts");
      source.facts.forEach(function (pair) {
        list.appendChild(el("dt", "", {}, [pair[0]]));
        list.appendChild(el("dd", "", {}, [pair[1]]));
      });
      parts.push(el("h3", "", {}, [source.title]), list);
    });
    parts.push(el("p", "made", {}, [data.made]));
    return parts;
  }

  // ---- tabs and sheet -----------------------------------------------------------------------

  function tabs() {
    var all = [
      ["claims", data.ui.claims, claimsTab], ["layers", data.ui.layers, layersTab],
      ["missing", data.ui.missing, missingTab], ["about", data.ui.about, aboutTab],
    ];
    var bar = el("div", "tabs", { role: "tablist", "aria-label": data.ui.panel });
    var pages = el("div", "pages");
    all.forEach(function (tab) {
      var handle = button("tab", { role: "tab", id: "tab-" + tab[0], "aria-controls": "page-" + tab[0] }, [tab[1]],
        function () { openTab(tab[0]); setSheet(true); });
      bar.appendChild(handle);
      pages.appendChild(el("div", "page", {
        role: "tabpanel", id: "page-" + tab[0], "aria-labelledby": "tab-" + tab[0], tabindex: "0",
      }, tab[2]()));
    });
    bar.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        var at = all.findIndex(function (tab) { return document.activeElement.id === "tab-" + tab[0]; });
        var next = all[(at + step + all.length) % all.length][0];
        openTab(next);
        document.getElementById("tab-" + next).focus();
      }
    });
    return [bar, pages];
  }

  function openTab(name) {
    document.querySelectorAll("#panel .tab").forEach(function (handle) {
      var on = handle.id === "tab-" + name;
      handle.setAttribute("aria-selected", String(on));
      handle.tabIndex = on ? 0 : -1;
    });
    document.querySelectorAll("#panel .page").forEach(function (page) {
      page.hidden = page.id !== "page-" + name;
    });
  }

  // Only a phone shows the handle and the closed sheet.
  function setSheet(open) {
    var panel = document.getElementById("panel");
    var handle = document.getElementById("sheet");
    panel.classList.toggle("closed", !open);
    handle.setAttribute("aria-expanded", String(open));
    handle.setAttribute("aria-label", open ? data.ui.collapse : data.ui.expand);
    app.settle();
  }

  app.setSheet = setSheet;

  app.buildPanel = function (pageData) {
    data = pageData;
    var panel = document.getElementById("panel");
    panel.setAttribute("aria-label", data.ui.panel);
    panel.appendChild(button("sheet", { id: "sheet", "aria-controls": "panel" }, [], function () {
      setSheet(panel.classList.contains("closed"));
    }));
    panel.appendChild(heading());
    tabs().forEach(function (part) { panel.appendChild(part); });
    openTab("claims");
    setSheet(true);
  };
})(window.SpatialPlan);
