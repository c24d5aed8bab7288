// Loaded before everything else (`node --import`), in threads too: what is compiled once is kept for the next start. Above all
// types are taken out of TypeScript once only, and what does that takes 30 MB in every thread. Where nothing can be kept,
// nothing is.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Not in a folder that others may write to.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'ai-metrics'));
