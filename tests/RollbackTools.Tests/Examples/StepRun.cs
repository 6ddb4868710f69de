using System.Diagnostics;
using RollbackTools.Tests.Shell;

namespace RollbackTools.Tests.Examples;

/// <summary>Runs a workflow's step as a runner does: in a shell of its kind, in the repository's folder, with its variables.</summary>
/// <param name="ExitCode">What it ended with.</param>
/// <param name="Output">What it said, errors last.</param>
internal sealed record StepRun(int ExitCode, string Output)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs one.</summary>
    /// <param name="step">The step.</param>
    /// <param name="folder">The repository's folder.</param>
    /// <param name="known">What expressions stand for, and variables that the runner sets itself.</param>
    public static async Task<StepRun> OfAsync(WorkflowStep step, string folder, IReadOnlyDictionary<string, string> known)
    {
        var file = Path.Combine(Path.GetTempPath(), $"rollback-step-{Guid.NewGuid():N}.{(step.Shell == "pwsh" ? "ps1" : "sh")}");
        // As the runner does; pwsh itself need not be here, so the small shell takes its place.
        await File.WriteAllTextAsync(file, step.Shell == "pwsh" ? $"$ErrorActionPreference = 'stop'\n{step.Script}" : step.Script);
        try
        {
            var start = step.Shell == "pwsh"
                ? new ProcessStartInfo("dotnet", [ShellProcess.Assembly, "-File", file])
                : new ProcessStartInfo("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", file]);
            (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (folder, true, true, true);
            // A build server that outlives the step would hold its output open.
            start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
            foreach (var (name, value) in known.Where(one => one.Key.All(letter => char.IsAsciiLetterUpper(letter) || letter == '_')))
            {
                start.Environment[name] = value;
            }

            foreach (var (name, value) in step.Environment.Where(one => !known.ContainsKey(one.Key)))
            {
                start.Environment[name] = Workflow.Evaluate(value, known);
            }

            using var limit = new CancellationTokenSource(s_limit);
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new StepRun(process.ExitCode, await output + await error);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
