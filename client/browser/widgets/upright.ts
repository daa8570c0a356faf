/** Whether the screen is a phone held upright: narrow, and higher than wide. */
import { onBeforeUnmount, onMounted, ref, type Ref } from "vue";

const UPRIGHT = "(max-aspect-ratio: 1/1) and (max-width: 600px)";

/** Follows the phone as it is turned, for the life of a component. */
export function useUpright(): Ref<boolean> {
  const query = matchMedia(UPRIGHT);
  const upright = ref(query.matches);
  const follow = (): void => {
    upright.value = query.matches;
  };
  onMounted(() => {
    query.addEventListener("change", follow);
  });
  onBeforeUnmount(() => {
    query.removeEventListener("change", follow);
  });
  return upright;
}
