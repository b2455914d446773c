using System.Text.Json;
using System.Text.Unicode;

namespace Serverless.Relay.SignalR;

/// <summary>
/// Whether the texts of a JSON document are texts. Its grammar lets bytes pass that are no UTF-8, and halves of characters such as
/// <c>"\ud800"</c>; whoever reads or writes them later is thrown at.
/// </summary>
internal static class JsonTexts
{
    /// <summary>Looks at every text and name of it.</summary>
    public static bool AreSound(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that it is none.
            return false;
        }
    }
}
