using System.Diagnostics;
using System.Globalization;

namespace RollbackOps.Bench;

/// <summary>Fresh processes in turn, so that a drifting machine drifts for both alike.</summary>
internal static class ProcessComparison
{
    private const int Runs = 21;

    public static void Run()
    {
        using var few = new SampleReleases(5);
        var (ours, empty, calls) = (new List<double>(), new List<double>(), new List<double>());
        Child("import", Checkout.EmptyManifest);
        Child("import", Checkout.Manifest);
        for (var i = 0; i < Runs; i++)
        {
            empty.Add(Child("import", Checkout.EmptyManifest));
            ours.Add(Child("import", Checkout.Manifest));
            calls.Add(Child("first-call", Checkout.Manifest, few.Configuration));
        }

        Figures.Print("import, empty module of the same cmdlets (ms)", empty);
        Figures.Print("import, RollbackTools (ms)", ours);
        Figures.Print("import, ratio pair by pair", [.. ours.Zip(empty, (one, other) => one / other)]);
        Figures.Print("first cmdlet call (ms)", calls);
    }

    /// <summary>The history of many releases, in one process.</summary>
    public static void Stream(int count)
    {
        using var many = new SampleReleases(count);
        Console.Write(Ask("stream", Checkout.Manifest, many.Configuration));
    }

    private static double Child(params string[] arguments) =>
        double.Parse(Ask(arguments), CultureInfo.InvariantCulture);

    private static string Ask(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Checkout.ModuleProcess, .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"It ended with {process.ExitCode}.");
    }
}
