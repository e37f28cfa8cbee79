// The explorer of a map in a notebook: the kernel is its model.
import { explore } from "./map_explorer.js";

export default { render: explore };
