using System.Reflection;

namespace RollbackOps.Adapters.Reports;

/// <summary>The texts that come with the assembly: templates, styles, scripts.</summary>
internal static class Resources
{
    private const string Prefix = "RollbackOps.Adapters.Reports.";

    /// <summary>A text, with line feeds alone.</summary>
    public static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
