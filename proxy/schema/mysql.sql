-- The application's tables, as this project knows them. Real tables may differ in widths and types: docs/contract.md.

CREATE TABLE users (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  login_name VARCHAR(64) NOT NULL,
  password_hash VARCHAR(255) NOT NULL COMMENT 'SHA-256, hex',
  user_name VARCHAR(64) NOT NULL DEFAULT '',
  user_type TINYINT NOT NULL DEFAULT 0 COMMENT '0 normal, 1 system',
  status TINYINT NOT NULL DEFAULT 1 COMMENT '0 disabled, 1 normal, 2 deleted',
  KEY users_login_name (login_name)
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE ai_metrics (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  monitor_id VARCHAR(64) NULL,
  provider VARCHAR(64) NULL,
  model_name VARCHAR(128) NULL,
  start_time DATETIME(3) NOT NULL,
  end_time DATETIME(3) NULL,
  total_time INT UNSIGNED NULL COMMENT 'ms',
  cost DECIMAL(18,8) NULL,
  total_tokens INT UNSIGNED NULL,
  prompt_tokens INT UNSIGNED NULL,
  completion_tokens INT UNSIGNED NULL,
  KEY ai_metrics_start_time (start_time, provider, model_name),
  KEY ai_metrics_monitor_id (monitor_id, start_time)
) DEFAULT CHARSET = utf8mb4;
