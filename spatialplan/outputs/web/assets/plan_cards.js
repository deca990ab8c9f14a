// The kinds of things of a plan check: what is told of each, and how it is drawn when selected.
"use strict";
window.SpatialPlan = window.SpatialPlan || {};
(function (app) {
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
    return app.facts([
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
      app.facts([
        [ui.code, code], [ui.township, v.township], [ui.district, v.district],
        [ui.status, data.villageStates[v.state].label], [ui.time, v.time], [ui.cause, v.cause],
        [ui.accuracy, v.accuracy], [ui.source, v.source],
      ]),
    ]);
  };

  app.issueCard = function (data, at) {
    var ui = data.ui;
    var issue = data.issues[at];
    return app.el("article", "card", {}, [
      app.el("h3", "", {}, [issue.name]),
      app.facts([[ui.doubt, issue.message], [ui.length, issue.length], [ui.cut_off, issue.villages]]),
    ]);
  };

  function names(data, ids) {
    return ids.map(function (id) { return data.features[id].name; }).join(data.ui.list_comma);
  }

  // The whole answer to a claim but its sentence, which stands above it.
  app.claimFacts = function (data, claim) {
    var ui = data.ui;
    return app.el("div", "answer", {}, [
      app.facts([
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

  function claimOf(id) {
    return app.data.claims.filter(function (item) { return item.id === id; })[0];
  }

  function drawFeature(id) {
    if (app.data.features[id].isPoint) {
      app.drawAccuracy(app.data.features[id]);
    }
    app.outline(app.shapesOf("f", id));
  }

  function drawClaim(id) {
    var claim = claimOf(id);
    var marks = app.shapesOf("c", id);
    claim.subjects.concat(claim.objects).forEach(drawFeature);
    marks.filter(function (layer) { return !(layer instanceof app.Symbol); }).forEach(function (layer) {
      app.casing(layer, 4);
    });
    marks.forEach(function (layer) { app.copy(layer, { opacity: 1 }); });
    app.drawLegend(claim.legend);
  }

  app.showClaim = function (id) {
    app.clear();
    drawClaim(id);
    app.fit(claimOf(id).box, true);
  };

  app.showFeature = function (id) {
    app.setSheet(!app.isNarrow());
    app.fit(app.data.features[id].box, false);
    app.openPopup("f", id, app.data.features[id].at);
  };

  app.kinds.f = {
    tip: function (id) { return app.data.features[id].name; },
    card: function (id) { return app.featureCard(app.data, id); },
    draw: drawFeature,
  };
  app.kinds.v = {
    tip: function (id) { return app.data.villages[id].name; },
    card: function (id) { return app.villageCard(app.data, id); },
    draw: function (id) { app.drawAccuracy(app.data.villages[id]); },
  };
  app.kinds.i = {
    tip: function (id) { return app.data.issues[id].name; },
    card: function (id) { return app.issueCard(app.data, id); },
    draw: function (id) { app.outline(app.shapesOf("i", id)); },
  };
  app.kinds.c = {
    tip: function (id) { return claimOf(id).sentence; },
    card: function (id, label) { return app.claimCard(app.data, claimOf(id), label); },
    draw: drawClaim,
  };
})(window.SpatialPlan);
