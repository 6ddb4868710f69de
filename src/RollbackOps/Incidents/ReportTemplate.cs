namespace RollbackOps.Incidents;

/// <summary>A template of the user's own, in Liquid.</summary>
public sealed record ReportTemplate
{
    private const string LiquidEnd = ".liquid";
    private static readonly string[] s_pages = [".html", ".htm"];

    private ReportTemplate(string path, string text)
    {
        Path = path;
        Text = text;
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Its text.</summary>
    public string Text { get; }

    /// <summary>
    /// What the document is, by its name: <c>.html</c>, <c>.md</c>, or the end of what it is named. It takes the place of the
    /// module's own document of that kind.
    /// </summary>
    public string Kind
    {
        get
        {
            var name = Path.EndsWith(LiquidEnd, StringComparison.OrdinalIgnoreCase) ? Path[..^LiquidEnd.Length] : Path;
            var end = System.IO.Path.GetExtension(name).ToLowerInvariant();
            return s_pages.Contains(end) ? s_pages[0] : end.Length > 1 ? end : ".txt";
        }
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.TemplateInvalid"/>.</exception>
    public static ReportTemplate Read(string path)
    {
        try
        {
            return new ReportTemplate(path, File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.TemplateInvalid,
                $"The template '{path}' cannot be read: {failure.Message}", "Check the path given to New-IncidentReport -Template.", path, failure);
        }
    }

    /// <summary>Its path.</summary>
    public override string ToString() => Path;
}
