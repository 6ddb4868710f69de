using DotLiquid;

namespace RollbackOps.Adapters.Reports;

/// <summary><c>{% capture name %}</c>, within the same bound.</summary>
internal sealed class BoundedCapture : Block
{
    private string _name = "";

    public override void Initialize(string tagName, string markup, List<string> tokens)
    {
        _name = markup.Trim().Trim('\'', '"');
        if (_name.Length == 0 || _name.Any(letter => !char.IsLetterOrDigit(letter) && letter is not ('_' or '-')))
        {
            throw new DotLiquid.Exceptions.SyntaxException($"Syntax error in 'capture' tag - valid syntax: capture [var], and not '{markup.Trim()}'");
        }

        base.Initialize(tagName, markup, tokens);
    }

    public override void Render(Context context, TextWriter result)
    {
        using var captured = new BoundedWriter(LiquidSandbox.LongestOutput);
        base.Render(context, captured);
        context.Scopes[^1][_name] = captured.ToString();
    }
}
