/** The composition root of the set-up page, which is loaded over plain HTTP and by itself. */
import { createApp } from "vue";
import SetupPage from "./pages/setup/SetupPage.vue";
import "./widgets/theme.css";
import { language, speak } from "./widgets/words";

speak(language.value);
createApp(SetupPage).mount("#app");
