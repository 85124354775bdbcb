export { z } from "@plinth/model";
