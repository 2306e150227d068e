/** The drawing that stands for each shelf of the sample catalogue; another shelf has the sign of a gift. */
const signs: Record<string, { picture: string; colour: string }> = {
  kitchen: { picture: "teapot", colour: "sand" },
  home: { picture: "umbrella", colour: "blue" },
  electronics: { picture: "headphones", colour: "teal" },
  health: { picture: "first-aid", colour: "red" },
  sport: { picture: "basketball", colour: "orange" },
  books: { picture: "book", colour: "red" },
  bags: { picture: "backpack", colour: "green" },
  food: { picture: "sack", colour: "yellow" },
  children: { picture: "bear", colour: "brown" },
  culture: { picture: "lantern", colour: "red" },
  cinema: { picture: "popcorn", colour: "red" },
  transport: { picture: "transport-card", colour: "teal" },
  shopping: { picture: "tote", colour: "pink" },
  garden: { picture: "plant", colour: "orange" },
  tools: { picture: "tools", colour: "grey" },
};

/** The sign of a shelf. */
export const signOf = (id: string) => signs[id] ?? { picture: "", colour: "grey" };
