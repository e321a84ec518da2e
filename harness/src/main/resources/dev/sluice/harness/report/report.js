"use strict";
/* What belongs to one step lights up together, wherever the pointer or the keyboard is. */
document.querySelectorAll("[data-step]").forEach(function (part) {
  function light(on) {
    document.querySelectorAll('[data-step="' + part.dataset.step + '"]').forEach(function (other) {
      other.classList.toggle("lit", on);
    });
  }
  part.addEventListener("pointerenter", function () { light(true); });
  part.addEventListener("pointerleave", function () { light(false); });
  part.addEventListener("focus", function () { light(true); });
  part.addEventListener("blur", function () { light(false); });
});
/* A link to a row of a folded table unfolds it. */
function unfold() {
  var row = document.getElementById(location.hash.slice(1));
  var fold = row ? row.closest("details") : null;
  if (fold) { fold.open = true; row.scrollIntoView({ block: "center" }); }
}
window.addEventListener("hashchange", unfold);
unfold();
