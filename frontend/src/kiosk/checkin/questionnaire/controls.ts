import type { Component } from "vue";
import BooleanControl from "./BooleanControl.vue";
import ChoiceControl from "./ChoiceControl.vue";
import DateControl from "./DateControl.vue";
import MultipleControl from "./MultipleControl.vue";
import NumberControl from "./NumberControl.vue";
import StaffControl from "./StaffControl.vue";
import type { Question } from "./position";

/**
 * The control of a question. Every one takes `question` and `answer` and emits
 * `answer` with whether the tap says all there is to say, so that the next
 * question may follow.
 */
export function controlOf(question: Question): Component {
  switch (question.type) {
    case "boolean":
      return BooleanControl;
    case "choice":
      return question.repeats ? MultipleControl : ChoiceControl;
    case "date":
      return DateControl;
    case "integer":
    case "decimal":
    case "quantity":
      return NumberControl;
    default:
      return StaffControl; // nobody types sentences on a lobby screen
  }
}
