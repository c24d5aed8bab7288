// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';
import { configure } from '@testing-library/react';

// Lists wait 200 ms before they load, and machines that test have other things to do.
configure({ asyncUtilTimeout: 10_000 });
