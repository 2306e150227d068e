import type { Component } from "vue";
import SceneDonation from "./SceneDonation.vue";
import SceneQuestionnaire from "./SceneQuestionnaire.vue";
import SceneRegistration from "./SceneRegistration.vue";
import SceneRest from "./SceneRest.vue";
import SceneResults from "./SceneResults.vue";
import SceneTest from "./SceneTest.vue";

/** The drawing of each scene of scenes.json, by its id; all are 960 × 720. */
export const pictures: Record<string, Component> = {
  registration: SceneRegistration,
  questionnaire: SceneQuestionnaire,
  test: SceneTest,
  donation: SceneDonation,
  rest: SceneRest,
  results: SceneResults,
};
