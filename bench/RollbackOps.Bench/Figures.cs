using System.Globalization;

namespace RollbackOps.Bench;

/// <summary>How a row of measurements is shown.</summary>
internal static class Figures
{
    public static void Print(string what, IEnumerable<double> measured)
    {
        var values = measured.Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-55} min {values[0],8:0.00}  median {values[values.Count / 2],8:0.00}  max {values[^1],8:0.00}"));
    }
}
