/** The variables that VS Code's own themes give a webview; only those that the viewer reads. */
export interface Theme {
  name: string;
  /** As on the webview's body. */
  kind: 'vscode-light' | 'vscode-dark' | 'vscode-high-contrast' | 'vscode-high-contrast-light';
  variables: Record<string, string>;
}

const FONTS = { 'font-family': 'system-ui, sans-serif', 'font-size': '13px', 'editor-font-family': 'monospace' };

export const themes: readonly Theme[] = [
  {
    name: 'Light Modern', kind: 'vscode-light',
    variables: {
      ...FONTS, 'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b', descriptionForeground: '#3b3b3b', 'sideBar-background': '#f8f8f8',
      'textLink-foreground': '#005fb8', focusBorder: '#005fb8', 'list-hoverBackground': '#f2f2f2', 'list-inactiveSelectionBackground': '#e4e6f1', 'input-background': '#ffffff',
      'input-foreground': '#3b3b3b', 'input-border': '#cecece', 'button-border': '#0000001a', 'button-secondaryBackground': '#e5e5e5',
      'button-secondaryForeground': '#3b3b3b', 'button-secondaryHoverBackground': '#cccccc',
    },
  },
  {
    name: 'Dark Modern', kind: 'vscode-dark',
    variables: {
      ...FONTS, 'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc', descriptionForeground: '#9d9d9d', 'sideBar-background': '#181818',
      'textLink-foreground': '#4daafc', focusBorder: '#0078d4', 'list-hoverBackground': '#2a2d2e', 'list-inactiveSelectionBackground': '#37373d', 'input-background': '#313131',
      'input-foreground': '#cccccc', 'input-border': '#3c3c3c', 'button-border': '#ffffff1a', 'button-secondaryBackground': '#00000000',
      'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#2b2b2b',
    },
  },
  {
    name: '2026 Light', kind: 'vscode-light',
    variables: {
      ...FONTS, 'editor-background': '#ffffff', 'editor-foreground': '#202020', descriptionForeground: '#606060', 'sideBar-background': '#fafafd', 'textLink-foreground': '#0069cc',
      focusBorder: '#0069cc', 'list-hoverBackground': '#00000014', 'list-inactiveSelectionBackground': '#dadada99', 'list-inactiveSelectionForeground': '#202020',
      'input-background': '#ffffff', 'input-foreground': '#202020', 'input-border': '#d8d8d866', 'button-border': '#0069cc', 'button-secondaryBorder': '#eaeaea',
      'button-secondaryBackground': '#eaeaea', 'button-secondaryForeground': '#202020', 'button-secondaryHoverBackground': '#f2f3f4',
    },
  },
  {
    name: '2026 Dark', kind: 'vscode-dark',
    variables: {
      ...FONTS, 'editor-background': '#121314', 'editor-foreground': '#bbbebf', descriptionForeground: '#8c8c8c', 'sideBar-background': '#191a1b', 'textLink-foreground': '#48a0c7',
      focusBorder: '#3994bcb3', 'list-hoverBackground': '#ffffff14', 'list-inactiveSelectionBackground': '#2c2d2e', 'list-inactiveSelectionForeground': '#ededed',
      'input-background': '#191a1b', 'input-foreground': '#bfbfbf', 'input-border': '#333536', 'button-border': '#297aa0', 'button-secondaryBorder': '#333536',
      'button-secondaryBackground': '#00000000', 'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#ffffff10',
    },
  },
  {
    name: 'Dark High Contrast', kind: 'vscode-high-contrast',
    variables: {
      ...FONTS, 'editor-background': '#000000', 'editor-foreground': '#ffffff', descriptionForeground: 'rgba(255, 255, 255, 0.7)', 'sideBar-background': '#000000',
      contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518', 'textLink-foreground': '#21a6ff', focusBorder: '#f38518', 'input-background': '#000000',
      'input-foreground': '#ffffff', 'input-border': '#6fc3df', 'button-secondaryForeground': '#ffffff',
    },
  },
  {
    name: 'Light High Contrast', kind: 'vscode-high-contrast-light',
    variables: {
      ...FONTS, 'editor-background': '#ffffff', 'editor-foreground': '#292929', descriptionForeground: 'rgba(41, 41, 41, 0.7)', 'sideBar-background': '#ffffff',
      contrastBorder: '#0f4a85', contrastActiveBorder: '#006bbd', 'textLink-foreground': '#0f4a85', focusBorder: '#006bbd', 'input-background': '#ffffff',
      'input-foreground': '#292929', 'input-border': '#0f4a85', 'button-secondaryForeground': '#292929',
    },
  },
];
