using System.Text;

namespace RollbackTools.Help;

/// <summary>A parameter set as one reads it at the prompt, folded to a readable width.</summary>
internal static class SyntaxText
{
    private const int Width = 110;

    public static string Of(string name, SyntaxHelp syntax)
    {
        var text = new StringBuilder(name);
        var column = name.Length;
        foreach (var word in syntax.Parameters.Select(Word).Append("[<CommonParameters>]"))
        {
            if (column + 1 + word.Length > Width)
            {
                text.Append("\n   ");
                column = 3;
            }

            text.Append(' ').Append(word);
            column += 1 + word.Length;
        }

        return text.ToString();
    }

    private static string Word(ParameterUse use)
    {
        var parameter = use.Parameter;
        var name = use.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        if (parameter.IsSwitch)
        {
            return use.IsRequired ? name : $"[{name}]";
        }

        var value = parameter.Values.Count == 0
            ? $"<{parameter.Type}>"
            : $"{{{string.Join(" | ", parameter.Values)}}}{(parameter.IsList ? "[]" : "")}";
        return use.IsRequired ? $"{name} {value}" : $"[{name} {value}]";
    }
}
