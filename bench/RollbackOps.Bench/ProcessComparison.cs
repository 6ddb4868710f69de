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

        Print("import, empty module of the same cmdlets (ms)", empty);
        Print("import, RollbackTools (ms)", ours);
        Print("import, ratio pair by pair", [.. ours.Zip(empty, (one, other) => one / other)]);
        Print("first cmdlet call (ms)", calls);
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

    private static void Print(string what, List<double> values)
    {
        values.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-50} min {values[0],8:0.00}  median {values[values.Count / 2],8:0.00}  max {values[^1],8:0.00}"));
    }
}
