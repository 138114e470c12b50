// @ts-nocheck: React is installed under names of ours, which only the build knows.
import { createElement, useState } from "react";
import { createRoot } from "react-dom/client";

function Article() {
  const [thread, showThread] = useState(new URLSearchParams(location.search).get("thread"));
  const [isShown, show] = useState(true);
  window.host = { showThread, show };
  return isShown && createElement("otklik-comments", { site: "vesti", thread });
}

createRoot(document.getElementById("app")).render(createElement(Article));
