import { Box, Button } from '@grafana/ui';
import React, { type ReactNode, useId, useState } from 'react';

interface Props {
  title: string;
  children: ReactNode;
}

/** What is there for those who ask for it. */
export function Disclosure({ title, children }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div>
      <Button
        size="sm"
        variant="secondary"
        fill="text"
        icon={open ? 'angle-down' : 'angle-right'}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {title}
      </Button>
      <Box id={id} paddingLeft={4} paddingBottom={open ? 1 : 0}>
        {open && children}
      </Box>
    </div>
  );
}
