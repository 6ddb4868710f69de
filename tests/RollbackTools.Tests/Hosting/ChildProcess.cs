using System.Diagnostics;
using System.Text.Json;

namespace RollbackTools.Tests.Hosting;

/// <summary>Runs the child program and reads the facts it prints.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs it with a text on its standard input, which then ends.</summary>
    public static Task<JsonElement> RunAsync(string input, params string[] arguments) =>
        RunAsync(Start("dotnet", [Path.Combine(Checkout.Child, "RollbackTools.Tests.Child.dll"), .. arguments]), input);

    /// <summary>Runs it with its standard input closed, so that descriptor 0 is nothing at all.</summary>
    public static Task<JsonElement> RunWithClosedInputAsync(params string[] arguments) => RunAsync(
        Start("/bin/sh",
            ["-c", "exec dotnet \"$@\" <&-", "sh", Path.Combine(Checkout.Child, "RollbackTools.Tests.Child.dll"), .. arguments]),
        input: string.Empty);

    /// <summary>Runs it where it is to die; gives its exit code.</summary>
    public static async Task<int> RunToDeathAsync(params string[] arguments)
    {
        using var process = Process.Start(
            Start("dotnet", [Path.Combine(Checkout.Child, "RollbackTools.Tests.Child.dll"), .. arguments]))!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(s_patience);
        await process.WaitForExitAsync(patience.Token);
        await said;
        return process.ExitCode;
    }

    private static ProcessStartInfo Start(string program, string[] arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = Path.GetTempPath(),
    };

    private static async Task<JsonElement> RunAsync(ProcessStartInfo start, string input)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The child hung. It said: {await output} {await errors}");
        }

        var facts = (await output).Split('\n').LastOrDefault(line => line.StartsWith("FACTS ", StringComparison.Ordinal));
        Assert.True(facts is not null, $"The child ended with {process.ExitCode}: {await errors}");
        using var document = JsonDocument.Parse(facts["FACTS ".Length..]);
        return document.RootElement.Clone();
    }
}
