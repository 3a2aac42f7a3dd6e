/** What a new config file says: a beginning that changes nothing, with the keys that one reaches for first. */
export const STARTER_CONFIG = `{
  // Where requests go. The key itself never stands here: run "OpenFusion: Set Upstream Key",
  // or set the environment variable.
  "upstream": {
    "baseURL": "https://openrouter.ai/api/v1",
    "apiKeyEnv": "OPENROUTER_API_KEY"
  },
  // Which model plays which role. Roles that you leave out keep their built-in model.
  "roles": {
    // "coder": { "model": "~anthropic/claude-opus-latest" }
  },
  "auto": {
    "scoring": {
      // 0 = quality above all, 10 = price above all
      "costQualityTradeoff": 5
    }
  }
}
`;
