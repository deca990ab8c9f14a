// The panel of a plan check: claims, layers, what is missing, about.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var MOST_FOUND = 40;
  var data;
  var el = app.el;

  // ---- claims -------------------------------------------------------------------------------

  function claimItem(claim) {
    var facts = el("div", "opened", { hidden: "" });
    var number = el("span", "number", {}, [claim.summary]);
    var head = app.button("claim", { "aria-expanded": "false", "data-claim": claim.id }, [
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
      var chip = app.button("chip", { "aria-pressed": "false", "data-filter": state }, [
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

  function featureItem(id) {
    var f = data.features[id];
    var icon = data.legend.filter(function (entry) { return entry.id === f.icon; })[0];
    return el("li", "", {}, [
      app.button("feature", { "data-feature": id }, [
        icon ? app.icon(icon.form, icon.style) : null, f.name,
      ], function () { app.showFeature(id); }),
    ]);
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
      app.button("feature", { "data-village": code }, [
        app.badge({ states: data.villageStates }, v.state), v.name, el("span", "count", {}, [v.township]),
      ], function () { app.showVillage(code); }),
    ]);
  }

  function layersTab() {
    return [finder()].concat(app.layerTree(featureItem));
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

  function missingTab() {
    var parts = [
      el("h2", "", {}, [data.ui.missing_features, el("span", "count", {}, [String(data.unlocated.length)])]),
      el("p", "lead", {}, [data.ui.missing_note]),
      el("ul", "plain", {}, data.unlocated.map(missingItem)),
    ];
    if (data.roster.length) {
      parts.push(el("h2", "", {}, [data.ui.missing_villages]));
      parts.push(app.table([data.ui.district, data.ui.on_roster, data.ui.with_place], data.roster));
    }
    return parts;
  }

  function aboutTab() {
    var ui = data.ui;
    return app.about([[ui.answer, data.answers], [ui.notes, data.notes], [ui.requests, data.requests]]);
  }

  app.page = {
    tabs: function (pageData) {
      data = pageData;
      return [["claims", data.ui.claims, claimsTab]].concat(app.conceptTabs(data), [
        ["layers", data.ui.layers, layersTab], ["missing", data.ui.missing, missingTab],
        ["about", data.ui.about, aboutTab],
      ]);
    },
  };
})(window.SpatialPlan);
