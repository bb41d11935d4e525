/* Only a browser that knows no modules runs this: it is too old for the city. */
(function () {
  var main = document.getElementById("entrance");
  var steps = main.getElementsByTagName("section");
  for (var i = 0; i < steps.length; i++) steps[i].style.display = "none";
  var p = document.getElementById("old");
  p.style.display = "block";
  p.removeAttribute("hidden");
})();
