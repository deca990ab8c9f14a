// The panel of a plan check: claims, layers, what is missing, about.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  var data;
  var el = app.el;
  var facets;  // of the claims: verdict, theme, district, clause
  var box;
  var featureLabels;  // by name and place

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
      if (head.parentNode.hidden) {
        clear();
      }
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
    return el("li", "", { "data-state": claim.state, "data-id": claim.id }, [head, facts]);
  }

  function closeClaims() {
    document.querySelectorAll("#panel .claim[aria-expanded='true']").forEach(function (head) {
      head.setAttribute("aria-expanded", "false");
      head.nextElementSibling.textContent = "";
      head.nextElementSibling.hidden = true;
    });
  }

  // ---- filters of the claims ----------------------------------------------------------------

  // Districts in which what a claim is about lies.
  function districtsOf(claim) {
    var names = new Set();
    claim.subjects.concat(claim.objects).forEach(function (id) {
      (data.where[id] || []).forEach(function (name) { names.add(name); });
    });
    return Array.from(names);
  }

  function same(name) {
    return [name, name];
  }

  function redraw() {
    var wanted = facets.wanted;
    var kept = new Set(facets.kept().map(function (claim) { return claim.id; }));
    var counts = facets.counts("state");
    var places = new Set([].concat.apply([], Object.keys(data.where).map(function (id) { return data.where[id]; })));
    box.chips.forEach(function (chip) {
      var state = chip.dataset.filter;
      chip.setAttribute("aria-pressed", String(wanted.state.indexOf(state) >= 0));
      chip.querySelector("b").textContent = String(counts.get(state) || 0);
      chip.disabled = !counts.get(state) && wanted.state.indexOf(state) < 0;
    });
    box.theme.tell(data.themes.map(function (theme) { return [theme.id, theme.name]; }), facets.counts("theme"), wanted.theme);
    box.district.tell(Array.from(places).map(same), facets.counts("district"), wanted.district);
    box.clause.textContent = "";
    wanted.clause.map(clauseCard).forEach(function (part) { box.clause.appendChild(part); });
    box.list.querySelectorAll("li[data-id]").forEach(function (item) { item.hidden = !kept.has(item.dataset.id); });
    box.list.querySelectorAll("section").forEach(function (part) {
      var left = part.querySelectorAll("li[data-id]:not([hidden])").length;
      part.hidden = !left;
      part.querySelector(".count bdi").textContent = String(left);
    });
    box.count.textContent = data.ui.matching_claims.replace("{count}", kept.size);
    redrawMap(kept);
  }

  // What the kept claims are about, and what a chosen clause names.
  function featuresOf(kept) {
    var ids = new Set([].concat.apply([], facets.wanted.clause.map(cited)));
    data.claims.filter(function (claim) { return kept.has(claim.id); }).forEach(function (claim) {
      claim.subjects.concat(claim.objects).forEach(function (id) { ids.add(id); });
    });
    return ids;
  }

  function redrawMap(kept) {
    var said = data.ui.filtered_claims.replace("{count}", kept.size).replace("{total}", data.claims.length);
    var features = facets.isSet() ? featuresOf(kept) : new Set(Object.keys(data.features));
    if (facets.isSet() || box.wasSet) {
      app.keepOnMap("c", function (id) { return kept.has(id); });
      app.keepOnMap("f", function (id) { return features.has(id); });
      Object.keys(data.features).forEach(function (id) {
        (featureLabels[data.features[id].name + data.features[id].at] || []).forEach(function (label) { app.keepLabel(label, features.has(id)); });
      });
      app.labels.place();
    }
    box.wasSet = facets.isSet();
    app.tellFilter("claims", box.wasSet ? said : "", clear);
  }

  function set(changes) {
    L.extend(facets.wanted, changes);
    redraw();
  }

  function clear() {
    facets.clear();
    redraw();
  }

  function chip(state) {
    return app.button("chip", { "aria-pressed": "false", "data-filter": state }, [
      app.badge(data, state), el("b", "", {}, ["0"]), el("span", "", {}, [data.states[state].label]),
    ], function () { set({ state: facets.wanted.state[0] === state ? [] : [state] }); });
  }

  // ---- the tab of the claims ----------------------------------------------------------------

  function table() {
    var ui = data.ui;
    function field(name) {
      return function (claim) { return claim[name]; };
    }
    function names(key) {
      return function (claim) { return claim[key].map(function (id) { return data.features[id].name; }).join(data.ui.list_comma); };
    }
    return [
      [ui.claim_id, field("id")], [ui.claims, field("sentence")],
      [ui.theme, function (claim) { return themeOf(claim.theme); }], [ui.state, function (claim) { return data.states[claim.state].label; }],
      [ui.measured, field("value")], [ui.threshold, field("threshold")], [ui.cause, field("cause")], [ui.would_change, field("change")],
      [ui.confidence, field("confidence")], [ui.subjects, names("subjects")], [ui.objects, names("objects")],
      [ui.district, function (claim) { return districtsOf(claim).join(data.ui.list_comma); }],
      [ui.clause, function (claim) { return claim.clause + " " + data.clauses[claim.clause].heading; }],
    ];
  }

  function themeOf(id) {
    return data.themes.filter(function (theme) { return theme.id === id; })[0].name;
  }

  function claimList() {
    var list = el("div", "claims");
    data.themes.forEach(function (theme) {
      var claims = data.claims.filter(function (claim) { return claim.theme === theme.id; });
      if (claims.length) {
        list.appendChild(el("section", "", {}, [
          el("h2", "", {}, [theme.name, el("span", "count", {}, [String(claims.length)])]),
          el("ul", "plain", {}, claims.map(claimItem)),
        ]));
      }
    });
    return list;
  }

  function claimsTab() {
    var ui = data.ui;
    facets = app.facets(data.claims, {
      state: function (claim) { return claim.state; }, theme: function (claim) { return claim.theme; },
      district: districtsOf, clause: function (claim) { return claim.clause; },
    }, function () { return true; });
    box = {
      chips: Object.keys(data.states).map(chip),
      theme: app.facetSelect(ui.theme, ui.all_themes, function (values) { set({ theme: values }); }),
      district: app.facetSelect(ui.district, ui.all_districts, function (values) { set({ district: values }); }),
      clause: el("div"), list: claimList(), count: el("span", "found-count", { "aria-live": "polite" }), wasSet: false,
    };
    app.linkFilter("claims", {
      facets: facets, draw: redraw, knows: function (name, value) {
        return facets.knows(name, value) || (name === "clause" && Object.keys(data.clauses).indexOf(value) >= 0);
      },
    });
    redraw();
    var villages = data.answers.slice(1).map(function (words) { return el("p", "lead", {}, [words]); });
    return [
      el("div", "chips", { role: "group", "aria-label": ui.filter }, box.chips),
      el("div", "filters", {}, [box.theme.node, box.district.node]),
      el("div", "actions", {}, [box.count].concat(app.tableButtons(ui.claims_csv_name, table(), facets.kept))), box.clause,
    ].concat(villages, [box.list]);
  }

  // ---- a clause and what cites it -----------------------------------------------------------

  function cited(id) {
    return Object.keys(data.features).filter(function (key) { return data.features[key].clause === id; });
  }

  function clauseCard(id) {
    var features = cited(id);
    return el("section", "chosen-clause", { "data-clause": id, tabindex: "-1" }, [
      app.clause(data, id), features.length ? el("h3", "", {}, [data.ui.cited_features]) : null,
      el("ul", "plain", {}, features.map(featureItem)),
    ]);
  }

  // The parts of one clause have its number and a word of their own.
  function numberOf(id) {
    return (/^[\d.]*\d/.exec(id) || [id])[0];
  }

  function openClause(id) {
    var boxes = cited(id).map(function (key) { return data.features[key].box; })
      .concat(data.claims.filter(function (claim) { return claim.clause === id; }).map(function (claim) { return claim.box; })).filter(Boolean);
    closeClaims();
    app.clear();
    facets.clear();
    set({ clause: [id] });
    app.setSheet(true);
    app.fit(boxes.length ? [].concat.apply([], boxes) : null, true);
    app.openTab("claims");
    app.reveal(box.clause.firstChild);
  }

  // ---- what search finds --------------------------------------------------------------------

  function openClaim(id) {
    var head = Array.from(box.list.querySelectorAll(".claim")).filter(function (node) { return node.dataset.claim === id; })[0];
    app.openTab("claims");
    app.setSheet(true);
    if (head.getAttribute("aria-expanded") !== "true") {
      head.click();
    }
    app.reveal(head);
  }

  function openConcept(id) {
    var head = Array.from(document.querySelectorAll("#page-concepts .concept")).filter(function (node) { return node.dataset.concept === id; })[0];
    app.openTab("concepts");
    if (head.getAttribute("aria-expanded") !== "true") {
      head.click();
    }
    app.reveal(head);
  }

  // A feature without a place is told among those that are missing.
  function openFeature(id) {
    if (data.features[id].at) {
      app.showFeature(id);
      return;
    }
    var row = Array.from(document.querySelectorAll("#page-missing .missing")).filter(function (node) { return node.dataset.feature === id; })[0];
    app.openTab("missing");
    row.open = true;
    app.reveal(row.querySelector("summary"));
  }

  function things() {
    return Object.keys(data.features).map(function (id) {
      var f = data.features[id];
      return { kind: "feature", name: f.name, also: [f.other], within: f.parent, note: f.kind,
        mark: function () { return iconOf(f); }, open: function () { openFeature(id); } };
    }).concat(data.claims.map(function (claim) {
      return { kind: "claim", name: claim.sentence, keys: [claim.id], note: data.states[claim.state].label, within: themeOf(claim.theme),
        mark: function () { return app.badge(data, claim.state); }, open: function () { openClaim(claim.id); } };
    }), Object.keys(data.clauses).map(function (id) {
      var clause = data.clauses[id];
      return { kind: "clause", name: clause.heading, keys: [id], text: clause.quote, note: numberOf(id), open: function () { openClause(id); } };
    }), data.concepts.map(function (concept) {
      return { kind: "concept", name: concept.name, text: concept.answer, open: function () { openConcept(concept.id); } };
    }), app.areas(app.villageOrder), app.villageOrder.map(function (v) {
      return { kind: "village", name: v.name, keys: [v.id], within: v.district + v.township, note: v.district + " " + v.township,
        mark: function () { return app.badge({ states: data.villageStates }, v.state); }, open: function () { app.showVillage(v.id); } };
    }));
  }

  // ---- layers -------------------------------------------------------------------------------

  function iconOf(feature) {
    var icon = data.legend.filter(function (entry) { return entry.id === feature.icon; })[0];
    return icon ? app.icon(icon.form, icon.style) : null;
  }

  function featureItem(id) {
    var f = data.features[id];
    return el("li", "", {}, [
      app.button("feature", { "data-feature": id }, [iconOf(f), f.name], function () { openFeature(id); }),
    ]);
  }

  // ---- villages -----------------------------------------------------------------------------

  function readVillages() {
    app.villages = data.villages;
    app.villageOrder = Object.keys(data.villages).map(function (code) {
      var village = L.extend(data.villages[code], { id: code });
      village.label = village.at && data.labels.filter(function (label) {
        return label.owner === "villages-" + village.state && label.text === village.name && String(label.at) === String(village.at);
      })[0];
      return village;
    });
    app.viewOf = function (village) { return [village.at, village.at]; };
  }

  function readLabels() {
    featureLabels = Object.create(null);
    data.labels.filter(function (label) { return label.owner.indexOf("features-") === 0; }).forEach(function (label) {
      var key = label.text + label.at;
      featureLabels[key] = (featureLabels[key] || []).concat([label]);
    });
  }

  function villagesTab() {
    var ui = data.ui;
    function field(name) {
      return function (v) { return v[name]; };
    }
    return app.villageTab({
      villages: app.villageOrder,
      states: data.villageStates,
      state: function (v) { return v.state; },
      cause: function (v) { return v.cause; },
      order: ["not_covered", "uncertain", "unroutable", "no_data", "covered"],
      columns: [
        [ui.code, field("id")], [ui.list_tab, field("name")], [ui.township, field("township")], [ui.district, field("district")],
        [ui.state, function (v) { return data.villageStates[v.state].label; }], [ui.time, field("time")], [ui.cause, field("cause")],
        [ui.accuracy, field("accuracy")], [ui.source, field("source")],
        ["lon", function (v) { return v.at && v.at[1]; }], ["lat", function (v) { return v.at && v.at[0]; }],
      ],
    });
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
    prepare: function (pageData) {
      data = pageData;
      readVillages();
      readLabels();
    },
    things: things,
    tabs: function () {
      return [["claims", data.ui.claims, claimsTab]].concat(app.conceptTabs(data), [
        ["layers", data.ui.layers, function () { return app.layerTree(featureItem); }],
      ], app.villageOrder.length ? [["list", data.ui.list_tab, villagesTab]] : [], [
        ["missing", data.ui.missing, missingTab], ["about", data.ui.about, aboutTab],
      ]);
    },
  };
})(window.SpatialPlan);
