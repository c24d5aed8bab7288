-- The same tables for the embedded demo database. SQLite has no DECIMAL: costs are added in whole units of 10^-8.

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  login_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  user_name TEXT NOT NULL DEFAULT '',
  user_type INTEGER NOT NULL DEFAULT 0,
  status INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX users_login_name ON users (login_name);

CREATE TABLE ai_metrics (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  monitor_id TEXT,
  provider TEXT,
  model_name TEXT,
  start_time TEXT NOT NULL,
  end_time TEXT,
  total_time INTEGER,
  cost REAL,
  total_tokens INTEGER,
  prompt_tokens INTEGER,
  completion_tokens INTEGER
);
CREATE INDEX ai_metrics_start_time ON ai_metrics (start_time, provider, model_name);
CREATE INDEX ai_metrics_monitor_id ON ai_metrics (monitor_id, start_time);
