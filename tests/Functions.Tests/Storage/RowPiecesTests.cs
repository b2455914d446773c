using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Tests.Storage;

public sealed class RowPiecesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(64 * 1024, 1)]
    [InlineData((64 * 1024) + 1, 2)]
    [InlineData(RowPieces.MaxBytes, 15)]
    public void A_document_comes_back_as_it_was_spread(int length, int pieces)
    {
        var document = new byte[length];
        new Random(length).NextBytes(document);
        var row = new TableEntity();

        RowPieces.Write(row, document);

        Assert.Equal(pieces, row.Count);
        Assert.All(row.Keys, piece => Assert.InRange(row.GetBinary(piece).Length, 1, 64 * 1024));
        Assert.Equal(document, RowPieces.Read(row));
    }

    [Fact]
    public void A_document_that_no_row_can_hold_is_not_cut_short() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            RowPieces.Write(new TableEntity(), new byte[RowPieces.MaxBytes + 1]));
}
