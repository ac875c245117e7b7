/**
 * `work/tsconfig.json`: how editors and compilers read the learner's exercises.
 *
 * The course writes it, so that VS Code and JupyterLab's editor check types without any setting. `fd3` resolves through the
 * course's node_modules (in a folder above) to the built library: the same that the notebooks import. The options are those
 * of the course itself. Notebooks are not in it: their kernel, tslab, brings its own compiler and options.
 */
export const workTsconfig = `// Written by \`npm run lab\`, and kept up to date by it as long as you don't change it.
{
  "compilerOptions": {
    "target": "ES2022",
    "lib": ["ES2023"],
    "module": "node16",
    "moduleResolution": "node16",
    "moduleDetection": "force",
    "strict": true,
    "noImplicitOverride": true,
    "noFallthroughCasesInSwitch": true,
    "skipLibCheck": true,
    "types": ["node"],
    "noEmit": true
  },
  "include": ["exercises/**/*.ts"]
}
`;
