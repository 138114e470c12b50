// @ts-nocheck: only the build can read the template.
import { createApp, ref } from "vue";
import { render } from "./article.vue.html";

createApp({
  render,
  setup() {
    const thread = ref(new URLSearchParams(location.search).get("thread"));
    const isShown = ref(true);
    window.host = {
      showThread: (key) => {
        thread.value = key;
      },
      show: (is) => {
        isShown.value = is;
      },
    };
    return { thread, isShown };
  },
}).mount("#app");
