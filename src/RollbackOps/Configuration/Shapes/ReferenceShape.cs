using System.Text.Json;

namespace RollbackOps.Configuration.Shapes;

/// <summary>A reference to a secret. Whatever else stands there is taken for the secret itself and never shown (S40).</summary>
internal sealed class ReferenceShape() : TextShape(
    "a reference env:NAME or secret:[VAULT/]NAME", $"^(?:{SecretReference.Pattern})$", longest: 300)
{
    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (!Is(JsonValueKind.String, node, path, reading))
        {
            return null;
        }

        if (Accepts(node.Text))
        {
            return node.Text;
        }

        reading.Faults.AddSecret(path, node.Line, node.Column, "holds a secret, so a literal value is refused");
        return null;
    }
}
