// What is known of one thing, as nodes: every word from data enters as text, never as markup.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
  // Make an element; `more` holds attributes, children are nodes or strings.
  app.el = function (tag, look, more, children) {
    var node = document.createElement(tag);
    if (look) {
      node.className = look;
    }
    Object.keys(more || {}).forEach(function (key) { node.setAttribute(key, more[key]); });
    (children || []).forEach(function (child) {
      if (child !== null && child !== "") {
        node.appendChild(typeof child === "string" ? app.text(child) : child);
      }
    });
    return node;
  };

  // Text whose direction marks cannot reach its neighbours.
  app.text = function (words) {
    var node = document.createElement("bdi");
    node.textContent = words;
    return node;
  };

  app.badge = function (data, state) {
    var found = data.states[state];
    var node = app.el("span", "badge", { "aria-hidden": "true" });
    node.textContent = found.sign;
    node.style.backgroundColor = found.color;
    return node;
  };

  function rows(pairs) {
    var list = app.el("dl", "facts");
    pairs.forEach(function (pair) {
      if (pair[1] !== "" && pair[1] !== null && pair[1] !== undefined) {
        list.appendChild(app.el("dt", "", {}, [pair[0]]));
        list.appendChild(app.el("dd", "", {}, [pair[1]]));
      }
    });
    return list;
  }

  app.clause = function (data, id) {
    var clause = data.clauses[id];
    return app.el("figure", "clause", {}, [
      app.el("figcaption", "", {}, [clause.heading]),
      app.el("blockquote", "", {}, [clause.quote]),
    ]);
  };

  // What the map says of a feature: its sign, why, and the object that bears the name.
  function evidence(data, said) {
    return said ? app.el("span", "evidence", {}, [
      app.badge({ states: data.evidenceStates }, said.state),
      app.el("b", "", {}, [data.evidenceStates[said.state].label]),
      said.cause,
      app.el("small", "", {}, [said.found]),
    ]) : "";
  }

  app.featureFacts = function (data, id) {
    var ui = data.ui;
    var f = data.features[id];
    return rows([
      [ui.kind, f.kind], [ui.role, f.role], [ui.theme, f.theme], [ui.status, f.status],
      [ui.accuracy, f.accuracy], [ui.source, f.source], [ui.parent, f.parent], [ui.note, f.note],
      [ui.evidence, evidence(data, f.evidence)], [ui.proposed, f.proposed],
    ]);
  };

  app.featureCard = function (data, id) {
    var f = data.features[id];
    return app.el("article", "card", {}, [
      app.el("h3", "", {}, [f.name]),
      f.other ? app.el("p", "other", {}, [f.other]) : null,
      app.featureFacts(data, id),
      app.clause(data, f.clause),
    ]);
  };

  app.villageCard = function (data, code) {
    var ui = data.ui;
    var v = data.villages[code];
    return app.el("article", "card", {}, [
      app.el("h3", "", {}, [app.badge({ states: data.villageStates }, v.state), v.name]),
      rows([
        [ui.code, code], [ui.township, v.township], [ui.district, v.district],
        [ui.status, data.villageStates[v.state].label], [ui.time, v.time], [ui.cause, v.cause],
        [ui.accuracy, v.accuracy], [ui.source, v.source],
      ]),
    ]);
  };

  app.placeCard = function (data, at) {
    var place = data.places[at];
    return app.el("article", "card", {}, [
      app.el("h3", "", {}, [place.name]),
      rows([[data.ui.kind, place.kind], [data.ui.accuracy, place.accuracy], [data.ui.source, place.source]]),
    ]);
  };

  app.issueCard = function (data, at) {
    var ui = data.ui;
    var issue = data.issues[at];
    return app.el("article", "card", {}, [
      app.el("h3", "", {}, [issue.name]),
      rows([[ui.doubt, issue.message], [ui.length, issue.length], [ui.cut_off, issue.villages]]),
    ]);
  };

  function names(data, ids) {
    return ids.map(function (id) { return data.features[id].name; }).join("；");
  }

  // The whole answer to a claim but its sentence, which stands above it.
  app.claimFacts = function (data, claim) {
    var ui = data.ui;
    return app.el("div", "answer", {}, [
      rows([
        [ui.state, data.states[claim.state].label + (claim.estimated ? ui.estimated : "")],
        [ui.measured, claim.value], [ui.threshold, claim.threshold], [ui.cause, claim.cause],
        [ui.would_change, claim.change], [ui.confidence, claim.confidence],
        [ui.subjects, names(data, claim.subjects)], [ui.objects, names(data, claim.objects)],
      ]),
      app.clause(data, claim.clause),
    ]);
  };

  app.claimCard = function (data, claim, label) {
    return app.el("article", "card", {}, [
      app.el("h3", "", {}, [app.badge(data, claim.state), claim.sentence]),
      label ? app.el("p", "other", {}, [label]) : null,
      app.claimFacts(data, claim),
    ]);
  };
})(window.SpatialPlan);
